#!/usr/bin/env bats
# config-lint: what a policy says without meaning it, in every format, from the work tree, the index and a push.

load helper

# assignment RULES [MEMBERS]: commits a table of these rules.
assignment() {
	local more='"default":{"assignment_group":"triage"},'
	policy routing/assignment.json "{${2-$more}\"rules\":[$1]}"
}

# rule ID WHEN [THEN]
rule() {
	printf '{"id":"%s","when":%s,"then":%s}' "$1" "$2" "${3:-{\"assignment_group\":\"noc\"\}}"
}

three_impacts() {
	assignment "
$(rule one '{"impact":1}'),
$(rule two '{"impact":2}'),
$(rule both '{"impact":{"$lte":2}}')"
}

@test "a rule that cannot fire is told with those that take its cases and one of these" {
	three_impacts
	expect_status 65 config-lint --format=json
	shows '[.code, .severity, .file, .line, .rule, .by, .witness]' \
		'["dead_rule", "warning", "routing/assignment.json", 4, "both", ["one", "two"], {"impact": 1}]'
	expect_status 65 config-lint
	tells 'routing/assignment.json:4:2: /rules/2/id: rule "both" can never fire: "one" and "two" take every case that it matches [dead_rule]' out
	tells '    for example {"impact":1}' out
}

@test "a witness is a case that goes to the earlier rule" {
	assignment "$(rule a '{"category":{"$in":["x","y"]}}'),$(rule b '{"category":"y","account.tier":"gold"}')"
	expect_status 65 config-lint --format=json
	jq -c .witness out | expect_status 0 case-pick --count '{"category":"y","account.tier":"gold"}'
}

@test "rules that overlap, values without a rule and what is not analysed are told apart" {
	assignment "$(rule a '{"category":"x"}'),$(rule b '{"impact":1}')" '"policy":"unique","default":{"assignment_group":"triage"},'
	expect_status 65 config-lint --format=json
	shows '[.code, .rule, .by, .witness]' '["overlap", "b", ["a"], {"category": "x", "impact": 1}]'
	assignment "$(rule a '{"impact":{"$lte":2}}')" ''
	expect_status 65 config-lint --format=json
	shows '[.code, .field, .values, .witness]' '["uncovered", "impact", [3], {"impact": 3}]'
	assignment "$(rule a '{"description":{"$regex":"down"}}')"
	expect_status 0 config-lint --format=json
	shows '[.code, .severity, .rule]' '["not_analysed", "info", "a"]'
	expect_status 0 config-lint -q
	nothing_in out
}

@test "of many tags, two that a case may have together are an overlap" {
	assignment "$(for i in 10 11 12 13 14 15 16 17 18 19; do
		[ "$i" -eq 10 ] || echo ,
		rule "t$i" "{\"tags\":\"tag-$i\"}"
	done)" '"policy":"unique","default":{"assignment_group":"triage"},'
	expect_status 65 config-lint --format=json
	[ "$(jq -r .code out | sort | uniq -c | tr -s ' ')" = ' 45 overlap' ]
	jq -e 'select(.witness.tags | length != 2)' out && return 1
	shows 'select(.rule == "t17" and .by == ["t12"]) | .witness.tags | sort' '["tag-12","tag-17"]'
}

@test "gcc's form is FILE:LINE:COLUMN: warning: MESSAGE [CODE]" {
	three_impacts
	policy groups/noc.json '{"colour":1}'
	expect_status 65 config-lint --format=gcc
	grep -qE '^groups/noc.json:1:2: error: .* \[unknown_member\]$' out
	grep -qE '^routing/assignment.json:4:2: warning: rule "both" .* \[dead_rule\]$' out
}

@test "SARIF is one document, with findings or without" {
	expect_status 0 config-lint --format=sarif
	shows '[.version, .runs[0].tool.driver.name, .runs[0].results]' '["2.1.0", "config-lint", []]'
	three_impacts
	expect_status 65 config-lint --format=sarif
	shows '.runs[0].results | map([.ruleId, .level, .locations[0].physicalLocation.artifactLocation.uri, .locations[0].physicalLocation.region.startLine, (.message.text | type)])' \
		'[["dead_rule", "warning", "routing/assignment.json", 4, "string"]]'
	shows '.runs[0].results[0].ruleId as $id | any(.runs[0].tool.driver.rules[]; .id == $id)' true
	policy groups/half.json '{"capacity":'
	policy duties/none.json '{}'
	expect_status 65 config-lint --format=sarif
	shows '[.runs[0].results[].locations[0].physicalLocation | [.artifactLocation.uri, .region.startLine, .region.startColumn]]' \
		'[["duties/none.json", null, null], ["groups/half.json", 2, 1], ["routing/assignment.json", 4, 2]]'
}

@test "errors in a table name the rule" {
	assignment "$(rule good '{"impact":1}'),$(rule wrong '{"impact":{"$foo":1}}'),$(rule lost '{"impact":2}' '{"assignment_group":"nobody"}')"
	expect_status 65 config-lint --format=json
	shows '[., inputs] | map([.code, .severity, .rule, .pointer, .line, (.column | type)])' \
		'[["invalid", "error", "wrong", "/rules/1/when/impact/$foo", 1, "number"],
		["unknown_reference", "error", "lost", "/rules/2/then/assignment_group", 1, "number"]]'
	assignment "$(rule good '{"impact":1}'),$(rule lost '{"impact":2}' '{"assignment_group":"nobody"}')"
	expect_status 65 config-lint --format=json
	shows '[.code, .severity, .rule]' '["unknown_reference", "error", "lost"]'
}

# asking: an SLA definition for each path on the standard input, which asks whether it is there.
asking() {
	jq -R . | jq -sc '{type: "SLA", target: "PT1H", when: (map({(.): {"$exists": true}}) | add)}'
}

@test "whatever a case is printed with, its conditions may ask for" {
	"$demo/make-requests.sh" | case-intake -q 2>/dev/null | jq -c '{number}' | task-claim -q --group=noc -k 20 >/dev/null || true
	echo '{"key":"ACME","vip":{"since":2019},"lists":[{"a":1}]}' | crm-put -q account >/dev/null
	number=$(case-new -q contact=acme-noc asset=L30011 category=outage major=true tags='["x"]' 'Line dead' | case-enrich -q | jq -r .number)
	case-route -q "$number" | task-dispatch -q | task-done -q --outcome=completed >/dev/null 2>&1 || true
	case-resolve -q --code=solved --cancel-open --reason=x --notes=y "$number" >/dev/null
	case-list -q --format=json >cases
	jq -r 'paths(scalars) | map(select(type == "string")) | join(".")' cases | sort -u >paths
	sed -n 's/^context\.//p' paths | grep -E '^(account|contact|consumer|product|asset|contract|entitlement|services|history)\.' >>paths
	[ "$(grep -c . paths)" -gt 60 ]
	for path in account.data.vip.since context.history.account.recent history.asset.active tags resolution_code; do
		grep -qx "$path" paths
	done
	policy sla/asking.json "$(asking <paths)"
	expect_status 0 config-lint --format=json
	policy sla/asking.json "$(sed 's/^context.at$/context.ta/' paths | asking)"
	expect_status 65 config-lint --format=json
	shows '[.code, .severity, .message]' '["unknown_member","error","\"context\" has no member \"ta\""]'
}

@test "a condition on a group that is gone is a warning, one on a member that no case has keeps the policy from loading" {
	assignment "$(rule old '{"assignment_group":"gone"}')"
	expect_status 65 config-lint --format=json
	shows '[.code, .severity, .rule]' '["unknown_reference","warning","old"]'
	case-new -q "Help" | case-enrich -q | expect_status 0 case-route -q
	assignment "$(rule wrong '{"catgory":"x"}')"
	expect_status 78 case-new -q "Help"
	tells 'no case has a member "catgory"'
}

@test "with --store a rule that nobody could be picked by is a finding" {
	printf '%s\n' '{"kind":"agent","key":"ann","groups":["noc"],"skills":{"bgp":2}}' \
		'{"kind":"agent","key":"bob","groups":["support"],"skills":{"dns":5}}' | crm-put -q >/dev/null
	assignment "$(rule enough '{"category":"a"}' '{"assignment_group":"noc","skills":{"bgp":2}}'),
$(rule more '{"category":"b"}' '{"assignment_group":"noc","skills":{"bgp":99}}'),
$(rule other '{"category":"c"}' '{"assignment_group":"noc","skills":["dns"]}'),
$(rule pools '{"category":"d"}' '{"assignment_group":"noc","skills":["dns"],"pools":[{"groups":["noc"]},{"groups":["support"],"after":"PT10M"}]}'),
$(rule unknown '{"category":"e"}' '{"assignment_group":"noc","skills":["dnns"]}')"
	expect_status 0 config-lint
	expect_status 65 config-lint --store="$CASEWORK_STORE" --format=json
	shows '[., inputs] | map([.code, .severity, .rule])' \
		'[["no_one","warning","more"],["no_one","warning","other"],["unknown_reference","error","unknown"]]'
}

@test "with --store the default is looked at as the rules are" {
	echo '{"kind":"agent","key":"ann","groups":["noc"],"skills":{"bgp":2}}' | crm-put -q >/dev/null
	policy routing/assignment.json '{"policy":"first","rules":[],"default":{"assignment_group":"noc","skills":{"nope":1}}}'
	expect_status 65 config-lint --store="$CASEWORK_STORE" --format=json
	shows '[.code, .pointer, .rule]' '["unknown_reference","/default/skills",null]'
}

@test "the work tree, the index and the commit are each judged by what they hold" {
	three_impacts
	table=$CASEWORK_CONFIG/routing/assignment.json
	expect_status 65 config-lint
	jq 'del(.rules[2])' "$table" >new && cp new "$table"
	expect_status 0 config-lint --worktree
	expect_status 65 config-lint --index
	git -C "$CASEWORK_CONFIG" add -A
	git -C "$CASEWORK_CONFIG" show HEAD:routing/assignment.json >"$table"
	expect_status 0 config-lint --index
	expect_status 65 config-lint --worktree
	expect_status 65 config-lint
}

# A bare repository with the hook, and a clone of it to push from.
served() {
	git clone -q --bare "$CASEWORK_CONFIG" served.git
	cp "$root/share/hooks/pre-receive" served.git/hooks/pre-receive
	git clone -q served.git clone
	CASEWORK_CONFIG=$PWD/clone
}

push() {
	git -C clone push -q "$@" >pushed 2>&1
}

refused() {
	if push "$@"; then return 1; fi
}

@test "a push with an error is refused, whichever of its commits has it" {
	served
	before=$(git -C served.git rev-parse main)
	policy groups/noc.json '{"colour":1}'
	policy groups/noc.json '{}'
	refused origin main
	tells 'groups/noc.json:1:2: error:' pushed
	[ "$(git -C served.git rev-parse main)" = "$before" ]
	git -C clone reset -q --hard "$before"
	policy groups/extra.json '{}'
	push origin main
	[ "$(git -C served.git rev-parse main)" != "$before" ]
	[ ! -s pushed ]
}

@test "a push with warnings is told of them, and refused when the host says so" {
	served
	three_impacts
	CASEWORK_LINT_WARNINGS=refuse refused origin main
	tells '[dead_rule]' pushed
	push origin main
	tells '[dead_rule]' pushed
	[ "$(git -C served.git rev-parse main)" = "$(git -C clone rev-parse main)" ]
}

@test "the hook leaves other branches alone, and judges a branch that becomes the config ref" {
	served
	policy groups/noc.json '{"colour":1}'
	push origin main:refs/heads/draft
	refused origin main
	CASEWORK_REF=refs/heads/live refused origin main:refs/heads/live
	CASEWORK_REF=refs/heads/live push origin 'main~1:refs/heads/live'
	CASEWORK_LINT=no-such-program refused origin main
	tells 'could not be checked' pushed
}
