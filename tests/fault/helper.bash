# Shared by the fault tests: a template store, keyed requests, and pictures of a store that can be compared.

fault_setup_file() {
	export PATH="${CASEWORK_BIN:-$PWD/build/bin}:$PATH"
	export SHIM=${CASEWORK_SHIM:-$PWD/build/tests/shim.so}
	export TEMPLATE=$BATS_FILE_TMPDIR/template CASEWORK_NOW=2026-03-02T09:00:00Z
	unset CASEWORK_ACTOR CASEWORK_REF
	mkdir "$TEMPLATE"
	use_store "$TEMPLATE"
	store-init --simulation >/dev/null
	crm-put -q <share/demo/customers.ndjson >/dev/null
}

use_store() {
	export CASEWORK_STORE=$1/store.db CASEWORK_CONFIG=$TEMPLATE/config
}

fresh_store() {
	rm -rf "$1"
	mkdir "$1"
	cp "$TEMPLATE/store.db" "$1/store.db"
	use_store "$1"
}

# $1 keyed requests of several types, priorities and accounts.
requests() {
	jq -nc --argjson n "$1" 'range($n) | . as $i | {
		source: "fault", external_id: "R-\($i)", short_description: "request \($i)",
		description: "what the customer wrote, number \($i)", impact: ($i % 3 + 1), urgency: ($i % 2 + 1),
		account: ["ACME", "ACME-EAST", "ORBIT", "NOWHERE"][$i % 4], category: ["outage", "billing", "access"][$i % 3],
		channel: ["web", "phone", "email"][$i % 3]}
		+ if $i % 5 == 0 then {case_type: "broadband-fault", fields: {line: "L\(10000 + $i)", symptom: "no_sync"}} else {} end'
}

pipe() {
	case-new -q | case-enrich -q | case-route -q | task-dispatch -q
}

# What must be the same whatever happened on the way: cases, progress, priorities, groups, tasks.
picture() {
	sqlite3 -json "$CASEWORK_STORE" "SELECT c.external_id, c.progress, c.priority, c.state, c.assignment_group,
		c.entitlement, c.workflow,
		(SELECT group_concat(x, ';') FROM (SELECT t.name || '/' || t.state || '/' || t.assignment_group AS x
			FROM task t WHERE t.case_id = c.id ORDER BY t.position, t.iteration)) AS tasks,
		(SELECT group_concat(x, ';') FROM (SELECT s.definition || '/' || s.stage AS x
			FROM sla s WHERE s.case_id = c.id ORDER BY s.definition)) AS slas
		FROM cases c ORDER BY c.external_id"
}
