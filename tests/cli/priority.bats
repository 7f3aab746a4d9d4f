#!/usr/bin/env bats
# What a priority is computed from, when it is computed anew, and whose it is when somebody set it by hand.

load helper

# routed OPERAND...: a case by hand, routed.
routed() {
	local number
	number=$(new_case "$@")
	case-enrich -q "$number" >enriched
	expect_status 0 case-route -q --explain "$number"
}

# rules TABLE POLICY RULES: the table made of these rules alone.
rules() {
	policy "routing/$1.json" "$(jq -nc --arg policy "$2" --argjson rules "$3" '{policy: $policy, rules: $rules}')"
}

last() { # TYPE: the last event of the type of the first case
	events CS0001001 "$1" | tail -n 1
}

@test "a change of any field computes the priority anew, and tells it" {
	rules priority first '[{"id": "outage", "when": {"category": "outage"}, "then": {"impact": 1}}]'
	routed category=question urgency=2 "Slow"
	shows '[.impact, .priority]' '[3,4]'
	expect_status 0 case-update -q CS0001001 category=outage
	shows '[.impact, .priority]' '[1,2]'
	last case.prioritised >event
	shows '.data | [.changes.impact, .changes.priority, .reason.rule]' '[[3,1],[4,2],"outage"]' event
	expect_status 0 case-update -q CS0001001 category=question
	shows '[.impact, .priority]' '[3,4]'
	store-check
}

@test "a case-enrich --again that finds a better customer computes the priority anew" {
	routed contact=acme-noc impact=3 urgency=2 "Slow"
	shows .priority 3
	crm-get account ACME --format=json | jq -c '{kind: "account", key, tier: "bronze"}' | crm-put -q >put
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.priority, .changes.priority]' '[4,[3,4]]'
	last case.prioritised >event
	shows '.data.changes' '{"priority":[3,4]}' event
	store-check
}

@test "before its first routing a case has the priority of the matrix" {
	new_case contact=acme-noc impact=3 urgency=3 "Slow" >number
	case-enrich -q CS0001001 >enriched
	expect_status 0 case-update -q CS0001001 impact=2
	shows .priority 4
	expect_status 0 case-route -q CS0001001
	shows .priority 3
	store-check
}

@test "a priority set by hand sticks, and says whose it is" {
	routed category=question impact=3 urgency=3 "Slow"
	expect_status 0 as maria case-update -q CS0001001 priority=1
	shows '[.priority, .priority_by]' '[1,"maria"]'
	last case.updated >event
	shows '[.actor, .data.changes]' '["maria",{"priority":[4,1],"priority_by":[null,"maria"]}]' event
	expect_status 0 case-update -q CS0001001 impact=1 urgency=3
	shows '[.impact, .priority, .priority_by]' '[1,1,"maria"]'
	expect_status 0 case-route -q --again --reason=again CS0001001
	shows '[.priority, .priority_by]' '[1,"maria"]'
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.priority, .priority_by]' '[1,"maria"]'
	store-check
}

@test "priority=auto gives it back to the rules" {
	routed contact=acme-noc impact=2 urgency=2 "Slow"
	case-update -q CS0001001 priority=4 >updated
	expect_status 0 case-update -q CS0001001 priority=auto
	shows '[.priority, .priority_by]' '[2,null]'
	last case.prioritised >event
	shows '[.data.changes.priority, .data.reason.rule]' '[[4,2],"premium-customer"]' event
	expect_status 0 case-update -q CS0001001 priority=auto
	shows .unchanged true
	case-update -q CS0001001 priority=4 >updated
	expect_status 0 case-update -q CS0001001 priority=
	shows '[.priority, .priority_by]' '[2,null]'
	store-check
}

@test "who sets the priority that is there already keeps it" {
	routed impact=2 urgency=2 "Slow"
	expect_status 0 as maria case-update -q CS0001001 priority=3
	shows '[.priority, .priority_by, .unchanged]' '[3,"maria",null]'
	expect_status 0 as tom case-update -q CS0001001 priority=3
	shows '[.priority_by, .unchanged]' '["maria",true]'
	expect_status 0 as tom case-update -q CS0001001 priority=2
	shows .priority_by '"tom"'
	expect_status 0 case-update -q CS0001001 impact=1
	shows .priority 2
	store-check
}

@test "a priority by hand before routing sticks too" {
	new_case impact=3 "Slow" >number
	case-update -q CS0001001 priority=1 >updated
	case-enrich -q CS0001001 >enriched
	expect_status 0 case-route -q CS0001001
	shows .priority 1
	store-check
}

@test "priorities are taken as people export them" {
	routed "Slow"
	for given in '1 - Critical' critical 1; do
		expect_status 0 case-update -q CS0001001 "priority=$given"
		shows .priority 1
	done
	expect_status 65 case-update -q CS0001001 priority=urgent
	tells '/priority: expected 1, 2, 3 or 4'
	expect_status 65 case-update -q CS0001001 priority=0
}

@test "the tasks of a case queue by its priority, also by hand" {
	routed impact=3 urgency=3 category=outage "Slow"
	task-dispatch -q CS0001001 >dispatched
	case-update -q CS0001001 priority=1 >updated
	[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT DISTINCT priority FROM task')" = 1 ]
	case-update -q CS0001001 priority=auto >updated
	[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT DISTINCT priority FROM task')" = 4 ]
	store-check
}

@test "an impact cannot be taken away" {
	routed "Slow"
	expect_status 65 case-update -q CS0001001 impact=
	tells '/impact: required'
}

@test "all rules of a collect table have their say" {
	rules priority collect '[{"id": "a", "when": {"category": "outage"}, "then": {"impact": 1, "urgency": 2}},
		{"id": "b", "when": {"channel": "phone"}, "then": {"urgency": 3}},
		{"id": "c", "when": {"channel": "phone"}, "then": {"cap": 2}}]'
	routed category=outage channel=phone "Line down"
	shows '[.impact, .urgency, .priority]' '[1,3,3]'
	shows .explain.priority '{"table":"priority","rules":["a","b","c"]}'
	case-trace --format=text CS0001001 >trace
	tells 'rules a, b, c of priority' trace
}

@test "two rules of a unique table are an error of that case alone" {
	rules assignment unique '[{"id": "a", "when": {"category": "outage"}, "then": {"assignment_group": "noc"}},
		{"id": "b", "when": {"channel": "phone"}, "then": {"assignment_group": "support"}}]'
	printf '%s\n' '{"short_description":"both","category":"outage","channel":"phone"}' \
		'{"short_description":"one","category":"outage","channel":"web"}' | case-new -q | case-enrich -q >cases
	expect_status 65 case-route -q -r rejects <cases
	shows '[.number, .assignment_group]' '["CS0001002","noc"]'
	shows '.error.code' '"rule"' rejects
	tells '"a" and "b"'
}

@test "a rule is in force from its first day until just before its last" {
	rules priority first '[{"id": "march", "from": "2026-03-02", "until": "2026-03-03", "when": {}, "then": {"raise": 1}}]'
	routed impact=3 "Slow"
	shows '[.priority, .explain.priority.rule]' '[3,"march"]'
	at 2026-03-03T00:00
	routed impact=3 "Slow"
	shows '[.priority, .explain.priority.nearest]' '[4,{"rule":"march","failed":["until"]}]'
}

# A service that stands on a switch, with an asset on each.
items() {
	crm-put -q >items <<-'END'
		{"kind": "account", "key": "SHOP", "name": "Shop"}
		{"kind": "ci", "key": "switch", "name": "Switch", "class": "network"}
		{"kind": "ci", "key": "web", "name": "Web", "class": "business_service", "criticality": "high"}
		{"kind": "ci_relation", "from": "web", "to": "switch", "type": "depends_on"}
		{"kind": "asset", "key": "S1", "account": "SHOP", "ci": "switch"}
		{"kind": "asset", "key": "W1", "account": "SHOP", "ci": "web"}
	END
}

@test "the impacted services give the impact when the requester gave none" {
	items
	policy_edit casework.json '.service_impact = {"high": 2, "customers": [[50, 1]]}'
	routed asset=S1 urgency=1 "Down"
	shows '[.impact, .priority]' '[2,2]'
	events CS0001001 case.prioritised >event
	shows '.data.impact_from' '{"service":"web","criticality":"high","customers":1,"impact":2}' event
	routed asset=S1 urgency=1 impact=3 "Down, but it does not matter"
	shows .impact 3
	policy_edit casework.json '.service_impact = {"high": 2, "customers": [[1, 1]]}'
	expect_status 0 case-route -q --again --reason=policy CS0001001
	shows '[.impact, .priority]' '[1,1]'
	expect_status 0 case-update -q CS0001001 impact=3
	shows .impact 3
	expect_status 0 case-route -q --again --reason=policy CS0001001
	shows .impact 3
	store-check
}

@test "T26: only one field changes, and the rule is run again; each firing is journaled once, before and after" {
	rules assignment first '[{"id": "both", "when": {"category": "outage", "channel": "phone"}, "then": {"assignment_group": "noc"}},
		{"id": "phone", "when": {"channel": "phone"}, "then": {"assignment_group": "support"}},
		{"id": "rest", "when": {}, "then": {"assignment_group": "billing"}},
		{"id": "late", "when": {"category": "outage"}, "then": {"assignment_group": "field-service"}}]'
	routed category=question channel=phone "Slow"
	shows '[.assignment_group, .explain.assignment.rule]' '["support","phone"]'
	case-update -q CS0001001 category=outage >updated
	expect_status 0 case-route -q --again --reason=category CS0001001
	shows '[.assignment_group, .changes.assignment_group]' '["noc",["support","noc"]]'
	events CS0001001 case.routed >routings
	[ "$(jq -s length routings)" = 2 ]
	jq -s -c 'map([.data.reason.rule, .data.changes.assignment_group])' routings >told
	shows . '[["phone",[null,"support"]],["both",["support","noc"]]]' told
	routed category=outage channel=web "a catch-all stands before its rule"
	shows .assignment_group '"billing"'
}

@test "T27: what the priority table changes is seen by the assignment table in one pass, and a second pass changes nothing" {
	rules priority first '[{"id": "outage", "when": {"category": "outage", "impact": {"$gt": 1}}, "then": {"impact": 1}},
		{"id": "urgent", "when": {"priority": {"$gt": 1}}, "then": {"raise": 1}}]'
	rules assignment first '[{"id": "grave", "when": {"impact": 1}, "then": {"assignment_group": "noc"}},
		{"id": "moved", "when": {"assignment_group": "noc"}, "then": {"assignment_group": "billing"}},
		{"id": "rest", "when": {}, "then": {"assignment_group": "support"}}]'
	routed category=outage impact=3 urgency=3 "Line down"
	shows '[.impact, .priority, .assignment_group]' '[1,3,"noc"]'
	routed category=question impact=3 urgency=3 "Slow"
	shows '[.impact, .priority, .assignment_group]' '[3,3,"support"]'
	jq -nc '"CS0001001", "CS0001002"' | case-route -q --again --reason=once >once
	jq -nc '"CS0001001", "CS0001002"' | case-route -q --again --reason=twice >twice
	shows '[.unchanged, .priority]' '[true,3] [true,3]' once
	diff once twice
	store-check
}

@test "the tag of an unrouted case goes away when a rule is found for it" {
	rules assignment first '[{"id": "poem", "when": {"tags": "unrouted"}, "then": {"assignment_group": "billing"}}]'
	routed 'tags=["night"]' category=poetry "A poem"
	shows '[.assignment_group, .tags]' '["triage",["night","unrouted"]]'
	expect_status 0 case-route -q --again --reason=same CS0001001
	shows '[.assignment_group, .tags, .unchanged]' '["triage",["night","unrouted"],true]'
	rules assignment first '[{"id": "poem", "when": {"category": "poetry"}, "then": {"assignment_group": "billing"}}]'
	expect_status 0 case-route -q --again --reason=policy CS0001001
	shows '[.assignment_group, .tags]' '["billing",["night"]]'
	store-check
}
