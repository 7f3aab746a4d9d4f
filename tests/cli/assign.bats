#!/usr/bin/env bats
# Who gets a case: shift and presence, capacity, skills, pools, offers; and what becomes of those nobody could take.

load helper

# The people of the sample leave their groups; each test puts in its own, into the noc, where every case goes.
more_setup() {
	crm-get agent --format=json | jq -c '{kind: "agent", key, groups: []}' | crm-put -q >/dev/null
	policy routing/assignment.json '{"policy": "first", "rules": [], "default": {"assignment_group": "noc"}}'
	policy groups/noc.json '{"calendar": "always", "capacity": 8}'
}

# agent LOGIN [JSON]: somebody of the noc, with what the JSON says else.
agent() {
	jq -nc --arg key "$1" --argjson more "${2:-{\}}" '{kind: "agent", key: $key, groups: ["noc"]} + $more' | crm-put -q >agent
}

# cases COUNT [JSON]: captured and enriched, ready to be routed.
cases() {
	jq -nc --argjson count "$1" --argjson more "${2:-{\}}" 'range($count) | {short_description: "case \(.)"} + $more' |
		case-new -q | case-enrich -q >enriched
}

# assigned: who has each case, in the order of the cases.
assigned() {
	case-list -q --format=json --fields=assigned_to | jq -r '.assigned_to // "nobody"' | paste -sd ' '
}

asks() { # JSON: what the rule asks of a person
	policy routing/assignment.json "$(jq -nc --argjson more "$1" '{policy: "first", rules: [], default: ({assignment_group: "noc"} + $more)}')"
}

offers() { # JSON: how the noc offers its cases
	policy groups/noc.json "$(jq -nc --argjson offer "$1" '{calendar: "always", offer: $offer}')"
}

@test "T28: somebody away, offline or retired never gets work" {
	agent away '{"presence": "away"}'
	agent offline '{"presence": "offline"}'
	agent retired '{"active": false}'
	cases 2
	expect_status 0 case-route -q CS0001001 CS0001002
	shows '[.state, .assignment_group, .assigned_to]' '["open","noc",null] ["open","noc",null]'
	expect_status 0 case-route -q --pending
	nothing_in out
	store-check
}

@test "T28: nobody off shift gets work, by their own calendar or else the group's" {
	policy groups/noc.json '{"calendar": "business-hours"}'
	agent day
	agent round '{"calendar": "always"}'
	agent lost '{"calendar": "nowhere"}'
	at 22:00
	cases 1
	expect_status 0 case-route -q --explain CS0001001
	shows .assigned_to '"round"'
	shows '[.explain.candidates[] | {(.agent): .filtered_by}] | add' '{"round":null,"day":"shift","lost":"calendar"}'
	agent round '{"presence": "away"}'
	cases 1
	expect_status 0 case-route -q CS0001002
	shows '[.assigned_to, .unassigned.filtered_by]' '[null,{"presence":1,"calendar":1,"shift":1}]'
	at 2026-03-03T09:00
	expect_status 0 case-route -q --pending
	shows .assigned_to '"day"'
	store-check
}

@test "T28: an empty pool leaves the case with the group, and the journal says why, once" {
	agent full '{"capacity": 0}'
	agent gone '{"presence": "away"}'
	cases 1
	expect_status 0 case-route -q CS0001001
	shows '[.assignment_group, .unassigned.why, .unassigned.filtered_by]' '["noc","nobody_eligible",{"presence":1,"capacity":1}]'
	events CS0001001 case.routed >event
	shows .data.unassigned '{"why":"nobody_eligible","candidates":2,"filtered_by":{"presence":1,"capacity":1}}' event
	case-get CS0001001 >before
	expect_status 0 case-route -q --pending
	expect_status 0 case-route -q --pending
	case-get CS0001001 >after
	diff before after
}

@test "T28: a group without people says so" {
	cases 1
	expect_status 0 case-route -q CS0001001
	shows .unassigned '{"why":"no_members"}'
}

@test "T29: cases that have waited for years are taken like any other" {
	cases 3 '{"opened_at": "2019-01-01T00:00:00Z"}'
	case-route -q --pending >routed
	agent late '{"capacity": 2}'
	expect_status 0 case-route -q --pending
	[ "$(assigned)" = "late late nobody" ]
}

@test "T29: a long queue is worked off completely, everybody within capacity" {
	cases 3000
	case-route -q --pending >routed
	for i in 1 2 3; do agent "a$i" '{"capacity": 1000}'; done
	expect_status 0 case-route -q --pending
	[ "$(wc -l <out)" = 3000 ]
	[ "$(crm-get agent --format=json | jq -c 'select(.key | test("^a[123]$")) | .key' | wc -l)" = 3 ]
	[ "$(sqlite3 "$CASEWORK_STORE" "SELECT group_concat(load) FROM agent WHERE key GLOB 'a[123]'")" = 1000,1000,1000 ]
	cases 1
	expect_status 0 case-route -q --pending
	shows .unassigned.filtered_by.capacity 3
	store-check
}

@test "T29: an offer that nobody answers moves on, and comes back last" {
	offers '{"accept": true, "timeout": "PT15M"}'
	agent ana
	agent ben
	cases 1
	expect_status 0 case-route -q CS0001001
	shows .assigned_to '"ana"'
	at 09:14
	expect_status 0 case-route -q --pending
	nothing_in out
	at 09:15
	expect_status 0 case-route -q --pending
	shows .assigned_to '"ben"'
	events CS0001001 case.declined >event
	shows '.data | [.agent, .reason, .again, .changes.assigned_to]' '["ana","timeout",true,["ana",null]]' event
	store-check
	at 09:30
	expect_status 0 case-route -q --pending
	shows .assigned_to '"ana"'
	as ana case-update -q --accept CS0001001 >accepted
	at 12:00
	expect_status 0 case-route -q --pending
	nothing_in out
	store-check
}

@test "T30: load counts for what somebody can carry, not by itself nor by what is left" {
	agent few '{"capacity": 4}'
	agent wide '{"capacity": 40}'
	agent even '{"capacity": 16}'
	cases 25
	jq -r .number enriched >numbers
	sed -n 1,2p numbers | while read -r n; do case-route -q "$n" >routed && case-update -q "$n" assigned_to=few >given; done
	sed -n 3,22p numbers | while read -r n; do case-route -q "$n" >routed && case-update -q "$n" assigned_to=wide >given; done
	sed -n 23,24p numbers | while read -r n; do case-route -q "$n" >routed && case-update -q "$n" assigned_to=even >given; done
	expect_status 0 case-route -q --explain CS0001025
	shows '[.explain.candidates[] | [.agent, .load, .capacity]]' '[["even",2,16],["few",2,4],["wide",20,40]]'
	shows .assigned_to '"even"'
	store-check
}

@test "T30: ties go to the longest idle, then to the key" {
	agent b
	agent a
	cases 3
	expect_status 0 case-route -q CS0001001
	shows .assigned_to '"a"'
	case-update -q --cancel --reason=none CS0001001 >cancelled
	at 10:00
	expect_status 0 case-route -q CS0001002
	shows .assigned_to '"b"'
	case-update -q --cancel --reason=none CS0001002 >cancelled
	at 11:00
	expect_status 0 case-route -q CS0001003
	shows .assigned_to '"a"'
}

@test "a person has every skill at its level, and more of it earns nothing" {
	asks '{"skills": {"bgp": 2}}'
	agent apprentice '{"skills": {"bgp": 1}}'
	agent just '{"skills": {"bgp": 2}}'
	agent master '{"skills": {"bgp": 9}}'
	agent other '{"skills": {"voice": 9}}'
	cases 2
	expect_status 0 case-route -q --explain CS0001001
	shows .assigned_to '"just"'
	shows '[.explain.candidates[] | select(.filtered_by) | [.agent, .filtered_by]]' '[["apprentice","skill:bgp"],["other","skill:bgp"]]'
	events CS0001001 case.assigned >event
	shows '.data.reason | [.by, .group, .pool, .candidates, .eligible, .load, .score]' '["rank","noc",1,4,2,0,0.75]' event
	expect_status 0 case-route -q CS0001002
	shows .assigned_to '"master"'
}

@test "what a rule asks holds while the case waits, whatever becomes of the rule" {
	asks '{"skills": ["bgp"], "exclude": ["ana"]}'
	cases 1
	case-route -q CS0001001 >routed
	asks '{}'
	agent ana '{"skills": {"bgp": 3}}'
	agent ben
	expect_status 0 case-route -q --pending
	nothing_in out
	agent cid '{"skills": {"bgp": 1}}'
	expect_status 0 case-route -q --pending
	shows .assigned_to '"cid"'
}

@test "a group set by hand ends what the rule of the other group asked" {
	asks '{"skills": ["bgp"]}'
	cases 1
	case-route -q CS0001001 >routed
	agent plain '{"groups": ["billing"]}'
	case-update -q CS0001001 assignment_group=billing >updated
	at 12:00
	expect_status 0 case-route -q --pending
	shows '[.assignment_group, .assigned_to]' '["billing","plain"]'
}

@test "pools widen as a case waits, counted from when it was opened" {
	asks '{"pools": [{"groups": ["noc"]}, {"groups": ["it-ops", "billing"], "after": "PT10M"}]}'
	agent far '{"groups": ["billing"], "calendar": "always"}'
	agent near '{"presence": "away"}'
	cases 1
	expect_status 0 case-route -q CS0001001
	shows '[.assigned_to, .unassigned.widens_at]' '[null,"2026-03-02T09:10:00.000000Z"]'
	at 09:09
	expect_status 0 case-route -q --pending
	nothing_in out
	at 09:10
	expect_status 0 case-route -q --pending
	shows '[.assignment_group, .assigned_to]' '["noc","far"]'
	events CS0001001 case.assigned >event
	shows '.data.reason | [.pool, .group]' '[2,"billing"]' event
	agent near '{"presence": "available"}'
	cases 1 '{"opened_at": "2026-03-02T08:00:00Z"}'
	expect_status 0 case-route -q CS0001002
	shows .assigned_to '"near"'
}

@test "who handled the customer last has the better chance, the weights decide" {
	agent ana
	agent ben
	cases 2 '{"contact": "acme-noc"}'
	case-route -q CS0001001 >routed
	case-update -q CS0001001 assigned_to=ben >given
	case-update -q --cancel --reason=done CS0001001 >cancelled
	at 10:00
	expect_status 0 case-route -q --explain CS0001002
	shows '[.explain.candidates[] | select(.familiar) | .agent]' '["ben"]'
	policy groups/noc.json '{"calendar": "always", "criteria": {"load": 0, "idle": 0, "affinity": 1}}'
	cases 1 '{"contact": "acme-noc"}'
	case-update -q CS0001002 assigned_to=ana >given
	expect_status 0 case-route -q CS0001003
	shows .assigned_to '"ana"'
}

@test "an offer is accepted once, by the one it was made to" {
	offers '{"accept": true}'
	agent ana
	cases 1
	case-route -q CS0001001 >routed
	events CS0001001 case.assigned >event
	shows .data.offer '{}' event
	expect_status 65 as ben case-update -q -r rejects --accept CS0001001
	shows .error.code '"bad_state"' rejects
	expect_status 0 as ana case-update -q --accept CS0001001
	shows '[.assigned_to, .unchanged]' '["ana",null]'
	expect_status 0 as ana case-update -q --accept CS0001001
	shows .unchanged true
	[ "$(events CS0001001 case.accepted | wc -l)" = 1 ]
	store-check
}

@test "a case declined goes back to its group, its load too, and on to somebody else" {
	offers '{"accept": true}'
	agent ana
	cases 1
	case-route -q CS0001001 >routed
	expect_status 64 as ana case-update --decline CS0001001
	expect_status 0 as ana case-update -q --decline --reason="not mine" CS0001001
	shows '[.assigned_to, .assignment_group, .state]' '[null,"noc","open"]'
	store-check
	expect_status 0 as ana case-update -q --decline --reason="not mine" CS0001001
	shows .unchanged true
	expect_status 0 case-route -q --pending
	nothing_in out
	agent ben
	expect_status 0 case-route -q --pending
	shows .assigned_to '"ben"'
	case-trace --format=text CS0001001 >trace
	tells 'declined by ana: "not mine"' trace
	store-check
}

@test "a reason says whether the same person may be asked again, and only the known ones will do" {
	policy_edit casework.json '.decline_reasons = {too_busy: {again: true}, no_skill: {again: false}}'
	agent ana
	cases 2
	case-route -q CS0001001 CS0001002 >routed
	expect_status 65 as ana case-update -q -r rejects --decline --reason=lunch CS0001001
	shows .error.message '"expected one of too_busy, no_skill, got \"lunch\""' rejects
	as ana case-update -q --decline --reason=too_busy CS0001001 >declined
	as ana case-update -q --decline --reason=no_skill CS0001002 >declined
	expect_status 0 case-route -q --pending
	shows '[.number, .assigned_to]' '["CS0001001","ana"]'
	expect_status 0 case-route -q --explain CS0001002
	shows '[.explain.candidates[0] | .agent, .filtered_by]' '["ana","declined"]'
	store-check
}

@test "an offer ends with the case, a hand or another group, and no load is left behind" {
	offers '{"accept": true, "timeout": "PT1H"}'
	agent ana
	cases 4
	case-route -q --pending >routed
	agent ben
	case-update -q --cancel --reason=none CS0001001 >changed
	case-update -q CS0001002 assigned_to=ben >changed
	case-update -q CS0001003 assignment_group=billing >changed
	[ "$(sqlite3 "$CASEWORK_STORE" 'SELECT count(*) FROM case_offer')" = 1 ]
	at 11:00
	expect_status 0 case-route -q --pending
	shows '[.number, .assigned_to]' '["CS0001004","ben"]'
	store-check
}

@test "store-check finds an offer that is not its person's" {
	offers '{"accept": true}'
	agent ana
	cases 1
	case-route -q CS0001001 >routed
	sqlite3 "$CASEWORK_STORE" "UPDATE case_offer SET agent = 'ben'"
	expect_status 65 store-check
	tells 'an offer of a case that its person does not have' out
}

@test "criteria and offers that make no sense are refused with their place" {
	policy groups/noc.json '{"criteria": {"load": -1}}'
	expect_status 65 config-lint
	tells '/criteria/load' out
	policy groups/noc.json '{"offer": {"timeout": "soon"}}'
	expect_status 65 config-lint
	tells '/offer/timeout' out
	policy groups/noc.json '{"criteria": {"beauty": 1}}'
	expect_status 65 config-lint
	tells '/criteria/beauty' out
}

@test "who accepted a case, and whom somebody put on it, keep it when it is routed anew to another group" {
	offers '{"accept": true}'
	agent a1
	agent a2
	jq -nc '{kind: "agent", key: "b1", groups: ["support"]}' | crm-put -q >agent
	cases 2
	case-route -q <enriched >routed
	as "$(jq -r 'select(.number == "CS0001001") | .assigned_to' routed)" case-update -q --accept CS0001001 >accepted
	case-update -q CS0001002 assigned_to=a2 >given
	case-update -q CS0001002 assigned_to=a1 >given
	policy routing/assignment.json '{"policy": "first", "rules": [], "default": {"assignment_group": "support"}}'
	expect_status 0 case-route -q --again --reason=moved CS0001001 CS0001002
	shows '[.assignment_group, .assigned_to]' "[\"support\",$(jq .assigned_to accepted)] [\"support\",\"a1\"]"
	store-check
}

@test "nobody puts a retired agent on a case" {
	agent a1 '{"active": false}'
	cases 1
	case-route -q CS0001001 >routed
	expect_status 65 case-update -q CS0001001 assigned_to=a1
	tells 'the agent "a1" is retired'
}
