#!/usr/bin/env bats
# case-intake makes the store that the pipe of the four tools makes.

load helper

pipe() {
	case-new -q 2>pipe-1 | case-enrich -q 2>pipe-2 | case-route -q 2>pipe-3 | task-dispatch -q 2>pipe-4
}

# dump: every row of every table, without what differs by chance (internal ids, salts, digests, hashes) or by the way taken
# (the tool). References by id become names. With KEEP_SEQ the order of the events of a case counts too.
dump() {
	local table columns
	for table in $(sqlite3 "$CASEWORK_STORE" "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name"); do
		columns=$(sqlite3 "$CASEWORK_STORE" "SELECT group_concat('\"' || name || '\"') FROM pragma_table_info('$table')
			WHERE type <> 'BLOB' AND name NOT IN ('id', 'store_id', 'case_id', 'event_id', 'config_repo')")
		case $table in
		event | message | event_value) columns="$columns, $(reference "$table")" ;;
		*) [ -z "$(sqlite3 "$CASEWORK_STORE" "SELECT 1 FROM pragma_table_info('$table') WHERE name = 'case_id'")" ] || columns="$columns, $(reference case)" ;;
		esac
		sqlite3 -json "$CASEWORK_STORE" "SELECT '$table' AS of, $columns FROM $table"
	done | jq -cS --argjson keep "${KEEP_SEQ:-false}" '.[]
		| if .body then .body |= (fromjson | del(.tool, .data.sla?.id)) else . end
		| if $keep or (.of | IN("event", "event_value", "message", "cases", "case_context") | not) then . else del(.seq, .body.seq, .version, .event) end
		| del(.tool) | walk(if type == "object" and has("sha256") then "digest" elif type == "object" then del(.sha256, .digest) else . end)' | sort
}

reference() {
	case $1 in
	case | message) echo "(SELECT number FROM cases WHERE cases.id = case_id) AS about" ;;
	event_value) echo "(SELECT subject || '/' || seq FROM event WHERE event.id = event_id) AS event" ;;
	event) echo "'' AS about" ;;
	esac
	if [ "$1" = message ]; then echo ", (SELECT subject || '/' || seq FROM event WHERE event.id = event_id) AS event"; fi
}

# same_store FILE: the requests in it come to the same by both ways.
same_store() {
	local status=0
	pipe <"$1" >pipe.out || [ $? -eq 65 ]
	dump >pipe.dump
	fresh_store "$BATS_TEST_TMPDIR/second"
	if declare -F sabotage >/dev/null; then sabotage; fi
	case-intake -q <"$1" >intake.out 2>intake.err || status=$?
	[ "$status" -eq 0 ] || [ "$status" -eq 65 ] || { cat intake.err; return 1; }
	dump >intake.dump
	[ -s pipe.dump ]
	diff pipe.dump intake.dump >difference || { head -c 3000 difference; return 1; }
	store-check
}

@test "requests of all kinds come to the same store by both ways, event by event" {
	jq -nc 'range(300) | . as $i | {source: "t", external_id: "\($i)", short_description: "request \($i)", description: "in full",
		impact: ($i % 3 + 1), urgency: ($i % 2 + 1), contact: ["acme-noc", "nobody@example.com", "ACME-IT@example.com", null][$i % 4],
		asset: ["L30011", null, "L30010", "none", null][$i % 5], category: ["outage", "billing", "access", null][$i % 4],
		channel: ["web", "phone", "monitoring"][$i % 3]}
		+ if $i % 6 == 0 then {case_type: "broadband-fault", fields: {line: "L\($i)", callback: "+49 30 \($i)"}}
		elif $i % 6 == 1 then {case_type: "onboarding", fields: {plan: "home", start_date: "2026-03-16", broadband: true}} else {} end' >in
	KEEP_SEQ=true same_store in
	diff <(jq -S 'del(.seq, .updated_at)' pipe.out) <(jq -S 'del(.seq, .updated_at)' intake.out)
}

@test "a morning's requests, broken and sent twice ones among them, come to the same store by both ways" {
	"$demo/make-requests.sh" >in
	same_store in
	[ "$(count cases)" -gt 200 ]
	[ "$(count reject)" -gt 5 ]
}

@test "cases that fail in a later stage come to the same store by both ways" {
	# what no request can do: a stage refused by the store itself
	sabotage() {
		sqlite3 "$CASEWORK_STORE" "
			CREATE TRIGGER no_context BEFORE INSERT ON case_context WHEN NEW.case_id % 10 = 3 BEGIN SELECT RAISE(ABORT, 'no context'); END;
			CREATE TRIGGER no_group BEFORE UPDATE ON cases WHEN NEW.id % 10 = 5 AND NEW.progress = 'routed' BEGIN SELECT RAISE(ABORT, 'no group'); END;
			CREATE TRIGGER no_task BEFORE INSERT ON task WHEN NEW.case_id % 10 = 7 BEGIN SELECT RAISE(ABORT, 'no task'); END;"
	}
	sabotage
	requests 100 | jq -c '.contact = "acme-noc" | .category = "outage"' >in
	same_store in
	[ "$(count stage_error)" -eq 30 ]
	[ "$(count cases)" -eq 100 ]
	case-list --failed --format=json >failed
	shows '[.progress, .failed.stage] | select(.[1] != "case-enrich" and .[0] == "captured")' '' failed
	[ "$(jq -r .progress failed | sort | uniq -c | tr -s ' ' | tr '\n' ' ')" = " 10 captured  10 enriched  10 routed " ]
	# what was captured counts as such, and is tried again
	sqlite3 "$CASEWORK_STORE" "DROP TRIGGER no_context; DROP TRIGGER no_group; DROP TRIGGER no_task"
	at 12:00
	case-enrich -q --pending >again
	case-route -q --pending >again
	task-dispatch -q --pending >again
	[ "$(count "cases WHERE progress = 'dispatched'")" -eq 100 ]
	[ "$(count stage_error)" -eq 0 ]
	store-check
}

@test "a case that fails in a later stage is told, stays captured, and is not kept as a reject" {
	sqlite3 "$CASEWORK_STORE" "CREATE TRIGGER no_task BEFORE INSERT ON task BEGIN SELECT RAISE(ABORT, 'no task'); END"
	requests 1 >in
	expect_status 65 case-intake -q <in
	tells 'no task'
	[ "$(count cases)" -eq 1 ]
	[ -z "$(reject-list)" ]
}

@test "case-intake again adds nothing and finishes what was left" {
	requests 10 >in
	head -n 5 in | case-new -q >captured
	expect_status 0 case-intake -q <in
	shows '[.progress, (.tasks | length)]' "$(yes '["dispatched",1]' | head -n 10)"
	[ "$(count cases)" -eq 10 ]
	expect_status 0 case-intake <in
	tells '10 read, 10 duplicate'
	[ "$(count cases)" -eq 10 ]
	[ "$(count task)" -eq 10 ]
}

@test "the what-if prints what would be, and keeps nothing" {
	expect_status 0 case-intake -n contact=acme-noc category=outage impact=1 "Line down"
	shows '[.dry_run, .number, .account, .assignment_group, .progress, (.tasks | length)]' '[true,null,"ACME","noc","dispatched",1]'
	[ "$(count cases)" -eq 0 ]
	[ "$(count event)" -eq "$(sqlite3 "$BATS_FILE_TMPDIR/store/store.db" 'SELECT count(*) FROM event')" ]
}
