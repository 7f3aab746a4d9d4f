#!/usr/bin/env bats
# case-route: priority, group and person, and why.

load helper

# routed OPERAND...: a case by hand, routed.
routed() {
	local number
	number=$(new_case "$@")
	case-enrich -q "$number" >enriched
	expect_status 0 case-route -q --explain "$number"
}

# nobody_works: takes all agents out, for tests that put in their own.
nobody_works() {
	crm-get agent --format=json | jq -c '{kind: "agent", key, presence: "offline"}' | crm-put -q >offline
}

agent() { # LOGIN GROUP CAPACITY [PRESENCE]
	jq -nc --arg key "$1" --arg group "$2" --argjson capacity "$3" --arg presence "${4:-available}" \
		'{kind: "agent", key: $key, groups: [$group], capacity: $capacity, presence: $presence}' | crm-put -q >agent
}

@test "the matrix gives the priority" {
	jq -nc 'range(1; 4) as $i | range(1; 4) as $u | {short_description: "x", impact: $i, urgency: $u}' |
		case-new -q | case-enrich -q | case-route -q >out
	shows .priority '1 2 3 2 3 4 3 4 4'
}

@test "a rule raises the priority of a good customer by a level, at most to 1" {
	routed contact=acme-noc impact=2 urgency=2 "Help"
	shows '[.priority, .explain.priority.rule]' '[2,"premium-customer"]'
	routed contact=acme-noc impact=1 urgency=1 "Help"
	shows .priority 1
}

@test "a rule caps the priority" {
	routed channel=walk_in category=question impact=1 urgency=1 "Where is the shop"
	shows .priority 3
	routed channel=walk_in category=question impact=3 urgency=3 "Where is the shop"
	shows .priority 4
}

@test "a rule may set impact or urgency for the matrix" {
	routed channel=monitoring category=outage impact=1 urgency=3 "Exchange is down"
	shows .priority 1
	routed channel=social category=complaint impact=1 urgency=1 "Never again"
	shows .priority 2
}

@test "the first rule that matches decides the group, and says so" {
	routed contact=acme-noc category=outage impact=1 "Line down"
	shows '[.assignment_group, .tags, .state, .progress]' '["noc",["premium","outage"],"open","routed"]'
	shows '.explain.assignment | [.table, .rule]' '["assignment","premium-outage"]'
	events CS0001001 case.routed >event
	shows '[.data.reason.table, .data.reason.rule, .data.changes.assignment_group, .data.changes.state]' \
		'["assignment","premium-outage",[null,"noc"],["new","open"]]' event
	[ "$(jq -r .config event)" = "$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)" ]
}

@test "tags of a rule are added to those of the case" {
	routed 'tags=["night","outage"]' category=outage "Line down"
	shows .tags '["night","outage"]'
}

@test "when no rule matches the default decides, and the nearest rule says what failed" {
	routed category=poetry "A poem"
	shows '[.assignment_group, .state]' '["triage","open"]'
	shows '.explain.assignment | [.default, .nearest.rule != null, (.nearest.failed | length > 0)]' '[true,true,true]'
}

@test "without rule and default the case goes to the default group, flagged" {
	policy_edit routing/assignment.json 'del(.default)'
	routed category=poetry "A poem"
	shows '[.assignment_group, .tags]' '["triage",["unrouted"]]'
}

@test "a person of the group is chosen, the one with the least load" {
	nobody_works
	agent one noc 100
	agent two noc 100
	routed category=outage impact=1 urgency=1 "first"
	shows .assigned_to '"one"'
	routed category=outage impact=3 "second"
	shows .assigned_to '"two"'
	routed category=outage impact=3 "third"
	shows .assigned_to '"two"'
	store-check
}

@test "nobody above capacity, away or offline gets a case, which is open without a person" {
	nobody_works
	agent small noc 1
	agent gone noc 100 away
	agent other billing 100
	routed category=outage impact=3 "first"
	shows .assigned_to '"small"'
	routed category=outage impact=3 "second"
	shows '[.state, .assignment_group, .assigned_to]' '["open","noc",null]'
}

@test "--pending finds a person for a case that has none" {
	nobody_works
	routed category=outage "Line down"
	shows .assigned_to null
	agent late noc 10
	expect_status 0 case-route -q --pending
	shows '[.number, .assigned_to]' '["CS0001001","late"]'
	expect_status 0 case-route -q --pending
	nothing_in out
	store-check
}

@test "a load ends with its case" {
	nobody_works
	agent one noc 1
	routed category=outage impact=3 "first"
	case-update -q --cancel --reason=mistake CS0001001 >cancelled
	routed category=outage impact=3 "second"
	shows .assigned_to '"one"'
	store-check
}

@test "a group that was set by hand is kept" {
	new_case category=outage "Line down" >number
	case-enrich -q CS0001001 >enriched
	case-update -q CS0001001 assignment_group=finance >updated
	expect_status 0 case-route -q CS0001001
	shows '[.assignment_group, .state]' '["finance","open"]'
}

@test "a case that is routed already is unchanged" {
	routed category=outage "Line down"
	jq -S 'del(.explain)' out >first
	at 10:00
	expect_status 0 case-route -q CS0001001
	shows .unchanged true
	diff first <(jq -S 'del(.unchanged)' out)
}

@test "a case that is not enriched is rejected" {
	new_case "Line down" >number
	expect_status 65 case-route -q -r rejects CS0001001
	shows .error.code '"not_ready"' rejects
	nothing_in out
	case-get CS0001001 >now
	shows .progress '"captured"' now
}

@test "--again wants a reason, and says what changed" {
	routed category=poetry "A poem"
	expect_status 64 case-route --again CS0001001
	case-update -q CS0001001 category=network >updated
	expect_status 0 case-route -q --again --reason="it is the network" CS0001001
	shows '[.assignment_group, .changes.assignment_group]' '["noc",["triage","noc"]]'
	case-trace --format=json CS0001001 >trace
	tells "it is the network" trace
	store-check
}

@test "--again that changes nothing says so and journals nothing" {
	routed category=outage impact=1 urgency=1 "Line down"
	case-get CS0001001 >before
	expect_status 0 case-route -q --again --reason="look again" CS0001001
	shows .unchanged true
	shows .seq "$(jq .seq before)"
	expect_status 64 case-route --again --reason= CS0001001
}

@test "--again keeps a group and a person set by hand" {
	routed category=outage "Line down"
	case-update -q CS0001001 assignment_group=finance assigned_to=finance-1 >updated
	expect_status 0 case-route -q --again --reason="once more" CS0001001
	shows '[.assignment_group, .assigned_to]' '["finance","finance-1"]'
}

@test "a decision is taken under the commit of its time" {
	routed category=poetry "A poem"
	policy_edit routing/assignment.json '.rules = [{id: "poems", when: {category: "poetry"}, then: {assignment_group: "finance"}}] + .rules'
	routed category=poetry "Another"
	shows '[.assignment_group, .explain.assignment.rule]' '["finance","poems"]'
	events CS0001001 case.routed >first
	events CS0001002 case.routed >second
	[ "$(jq -r .config first)" = "$(git -C "$CASEWORK_CONFIG" rev-parse HEAD~1)" ]
	[ "$(jq -r .config second)" = "$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)" ]
}

@test "what is not committed does not count, nor what is checked out" {
	git -C "$CASEWORK_CONFIG" checkout -q -b trial
	policy_edit routing/assignment.json '.default.assignment_group = "finance"'
	routed category=poetry "A poem"
	shows .assignment_group '"triage"'
	number=$(new_case "another")
	case-enrich -q "$number" >enriched
	expect_status 0 case-route -q --ref=trial "$number"
	shows .assignment_group '"finance"'
	git -C "$CASEWORK_CONFIG" checkout -q main
	echo nonsense >"$CASEWORK_CONFIG/routing/assignment.json"
	routed category=poetry "A third"
	shows .assignment_group '"triage"'
}

@test "policy is read from a bare repository as well, with packed refs" {
	git clone -q --bare "$CASEWORK_CONFIG" bare.git
	git -C bare.git pack-refs --all
	new_case "Line down" >number
	expect_status 0 case-enrich -q -C bare.git CS0001001
	expect_status 0 case-route -q -C bare.git CS0001001
	shows .assignment_group '"triage"'
}

@test "a policy that does not load stops the tool, and nothing is done" {
	new_case "Line down" >number
	case-enrich -q CS0001001 >enriched
	policy routing/assignment.json '{"policy": "first", "rules": [{'
	expect_status 78 case-route -q CS0001001
	nothing_in out
	tells 'routing/assignment.json'
	case-get CS0001001 >now
	shows .progress '"enriched"' now
}

@test "what policy asks for and is not done yet is an error, not ignored" {
	new_case "Line down" >number
	case-enrich -q CS0001001 >enriched
	policy_edit routing/assignment.json '.rules[0].when = {short_description: {"$nonsense": 1}}'
	expect_status 78 case-route -q CS0001001
	tells '$nonsense'
}

@test "--pending takes what waits, most urgent first" {
	nobody_works
	agent all triage 100
	new_case impact=3 "low" >numbers
	new_case impact=1 urgency=1 "critical" >numbers
	case-enrich -q --pending >enriched
	new_case impact=1 urgency=1 "not enriched yet" >numbers
	expect_status 0 case-route -q --pending
	shows .short_description '"critical" "low"'
}

@test "--again to another group keeps a person set by hand" {
	routed category=outage "Line down"
	case-update -q CS0001001 assigned_to=finance-1 category=billing >updated
	expect_status 0 case-route -q --again --reason="it is about money" CS0001001
	shows '[.assignment_group, .assigned_to]' '["billing","finance-1"]'
	store-check
}

@test "a rule whose pattern runs away fails the case, by its name, and not the cases beside it" {
	policy_edit routing/assignment.json '.rules = [{id: "wild", when: {short_description: {"$regex": "^(a+)+$"}},
		then: {assignment_group: "noc"}}] + .rules'
	jq -nc '"aaaa", "a" * 60 + "!", "calm" | {short_description: .}' | case-new -q | case-enrich -q >in
	expect_status 65 case-route -q <in
	[ "$(jq -r .short_description out | paste -sd ' ')" = "aaaa calm" ]
	[ "$(head -n 1 out | jq -r .assignment_group)" = noc ]
	tells '/rules/0/when/short_description/$regex: table "assignment", rule "wild": pattern "^(a+)+$" runs away'
	expect_status 0 case-list --failed
	shows '[.failed.code, .failed.pointer]' '["rule", "/rules/0/when/short_description/$regex"]'
}

@test "a reason belongs to --again, which names its cases" {
	expect_status 64 case-route -q --reason=why CS0001001
	tells '--reason belongs to --again'
	expect_status 64 case-route -q --again --pending --reason=why
	tells 'exclude each other'
}

@test "a rule that only adds tags is told in the journal, though the group came by default" {
	policy routing/assignment.json '{"policy":"collect","rules":[{"id":"c","when":{"category":"y"},"then":{"tags":["only"]}}]}'
	case-enrich -q "$(new_case category=y "Odd")" >enriched
	expect_status 0 case-route -q CS0001001
	shows '.tags | index("only") != null' true
	events CS0001001 case.routed >event
	shows '.data | [.reason.rule, .default_group]' '["c","triage"]' event
	case-why CS0001001 --format=json | jq -c 'select(.decision == "assignment") | [.rule, .line > 0]' >why
	[ "$(cat why)" = '["c",true]' ]
}
