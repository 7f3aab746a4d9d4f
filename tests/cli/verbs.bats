#!/usr/bin/env bats
# case-update and case-comment: fields, states, and talk.

load helper

more_setup_file() {
	intake contact=acme-noc impact=3 "Slow" >"$BATS_FILE_TMPDIR/number"
	new_case "Fresh" >"$BATS_FILE_TMPDIR/number"
}

refused() { # CODE COMMAND...
	local code=$1
	shift
	expect_status 65 "$@" -q -r rejects || return
	nothing_in out
	[ "$(tail -n 1 rejects | jq -r .error.code)" = "$code" ] || { tail -n 1 rejects; return 1; }
}

resolved() {
	task-done -q CS0001001/handle >finished
	case-resolve -q --code=solved CS0001001 >resolved
}

@test "fields are changed by hand, and the case is printed as it stands after" {
	at 10:00
	expect_status 0 case-update CS0001001 impact=1 assigned_to=noc-1 category=outage
	shows '[.impact, .assigned_to, .category, .updated_at]' '[1,"noc-1","outage","2026-03-02T10:00:00.000000Z"]'
	case-get CS0001001 >now
	shows '[.impact, .assigned_to, .category]' '[1,"noc-1","outage"]' now
	store-check
}

@test "a change is journaled with what was before and after" {
	case-update -q CS0001001 category=outage >out
	case-update -q CS0001001 category=billing >out
	case-update -q CS0001001 category= >out
	events CS0001001 case.updated >changes
	shows .data.changes.category '[null,"outage"] ["outage","billing"] ["billing",null]' changes
}

@test "an empty value removes a field" {
	case-update -q CS0001001 category=outage >before
	expect_status 0 case-update CS0001001 category=
	shows 'has("category")' false
}

@test "a change that finds its aim reached is unchanged" {
	case-update -q CS0001001 category=outage >before
	expect_status 0 case-update CS0001001 category=outage
	shows .unchanged true
	diff <(jq -S . before) <(jq -S 'del(.unchanged)' out)
}

@test "a change of impact or urgency computes the priority anew" {
	expect_status 0 case-update CS0001002 impact=1
	shows .priority 3
	expect_status 0 case-update CS0001002 urgency=1
	shows .priority 1
}

@test "a stream of patches is merged" {
	case-update -q CS0001001 'fields={"a":{"x":1,"y":2},"b":3}' category=outage >before
	echo '{"number":"CS0001001","patch":{"category":null,"subcategory":"fibre","fields":{"a":{"x":null,"z":4},"c":5}}}' >in
	expect_status 0 case-update <in
	shows '[.category, .subcategory, .fields]' '[null,"fibre",{"a":{"y":2,"z":4},"b":3,"c":5}]'
	tells '1 read'
}

@test "an array is replaced as a whole" {
	case-update -q CS0001001 'tags=["a","b"]' >before
	echo '{"number":"CS0001001","patch":{"tags":["c"]}}' >in
	expect_status 0 case-update -q <in
	shows .tags '["c"]'
}

@test "a seq that is not the case's is stale, the right one is not" {
	local seq
	seq=$(case-get CS0001001 | jq .seq)
	case-update -q CS0001001 category=outage >other
	jq -nc --argjson seq "$seq" '{number: "CS0001001", seq: $seq, patch: {category: "billing"}}' >in
	refused stale case-update <in
	jq -c '.seq = $now.seq' --argjson now "$(case-get CS0001001)" in >right
	expect_status 0 case-update -q <right
	shows .category '"billing"'
}

@test "of two who change the same version the second is stale, within one batch too" {
	case-get CS0001001 | jq -c '{number, seq, patch: {category: "a"}}, {number, seq, patch: {category: "b"}}' >in
	expect_status 65 case-update -q -r rejects <in
	shows .category '"a"'
	shows '[.line, .error.code]' '[2,"stale"]' rejects
}

@test "a bad patch is rejected with its pointer, the others are done" {
	printf '%s\n' '{"number":"CS0001001","patch":{"impact":"severe"}}' '{"number":"CS0001001","patch":{"category":"a"}}' \
		'{"number":"CS0009999","patch":{}}' '{"patch":{"impact":1}}' '{"number":"CS0001001","patch":[1]}' \
		'{"number":"CS0001001","patch":{"short_description":null}}' '{"number":"CS0001001","patch":{"short_description":"b"}}' >in
	expect_status 65 case-update -q -r rejects <in
	shows '[.category, .short_description]' '["a","Slow"] ["a","b"]'
	shows .line '1 3 4 5 6' rejects
	tells 'line 1: /patch/impact: expected 1, 2 or 3, got "severe"'
}

@test "members that tools alone set cannot be changed, but may be given as they are" {
	local member
	for member in state=closed priority_by=maria progress=captured number=CS0001009 created_at=2020-01-01T00:00:00Z; do
		refused read_only case-update CS0001001 "$member"
	done
	expect_status 0 case-update -q CS0001001 state=open progress=dispatched number=CS0001001
	shows .unchanged true
}

@test "an unknown member goes to fields of an open type, and is refused by a closed one" {
	expect_status 0 case-update -q CS0001001 colour=red
	shows .fields '{"colour":"red"}'
	intake case_type=broadband-fault 'fields={"line":"L1"}' "Slow" >number
	refused unknown_member case-update CS0001003 colour=red
}

@test "fields stay as the case type wants them" {
	intake case_type=broadband-fault 'fields={"line":"L1"}' "Slow" >number
	echo '{"number":"CS0001003","patch":{"fields":{"symptom":"sad"}}}' >in
	refused invalid case-update <in
	shows .error.pointer '"/patch/fields/symptom"' rejects
	echo '{"number":"CS0001003","patch":{"fields":{"line":null}}}' >in
	refused required case-update <in
}

@test "what a patch puts into fields obeys the rules of capture" {
	# the broadband case of this store requires its line
	new_case case_type=broadband-fault 'fields={"line":"L1","symptom":"no_sync"}' "Line dead" >number
	jq -nc --arg n "$(cat number)" '{number: $n, patch: {fields: null}}' >in
	expect_status 65 case-update -q <in
	tells '/patch/fields/line: '
	jq -nc '{number: "CS0001001", patch: {fields: {a: {b: ["x\u0007"]}}}}' >in
	expect_status 65 case-update -q <in
	tells '/patch/fields/a/b/0: control character'
}

@test "a case waits for its customer and goes on" {
	expect_status 0 case-update -q --wait-for=customer CS0001001
	shows .state '"awaiting_info"'
	expect_status 0 case-update -q --wait-for=customer CS0001001
	shows .unchanged true
	expect_status 0 case-update -q --resume CS0001001
	shows .state '"open"'
	expect_status 0 case-update -q --resume CS0001001
	shows .unchanged true
	events CS0001001 | jq -r .type | grep -E '^case\.(waiting|resumed)$' | tr '\n' ' ' >types
	[ "$(cat types)" = "case.waiting case.resumed " ]
	store-check
}

@test "a case waits for the customer, for nobody else" {
	expect_status 64 case-update --wait-for=godot CS0001001
}

@test "a resolved case is reopened, and its resolution is gone" {
	resolved
	expect_status 0 case-update -q --reopen CS0001001
	shows '[.state, .resolved_at]' '["open",null]'
	expect_status 0 case-update -q --reopen CS0001001
	shows .unchanged true
	store-check
}

@test "a case counts how often it was reopened" {
	local times
	case-get CS0001001 >now
	shows 'has("reopen_count")' false now
	task-done -q CS0001001/handle >finished
	for times in 1 2; do
		case-resolve -q --code=solved CS0001001 >resolved
		case-update -q --reopen CS0001001 >out
		shows .reopen_count "$times"
	done
	case-update -q --reopen CS0001001 >out
	shows '[.unchanged, .reopen_count]' '[true,2]'
	case-list --format=json --fields=number,reopen_count >list
	shows . '{"number":"CS0001001","reopen_count":2} {"number":"CS0001002"}' list
	events CS0001001 case.reopened >reopened
	shows .data.changes.reopen_count '[null,1] [1,2]' reopened
	refused read_only case-update CS0001001 reopen_count=0
	store-check
}

@test "a case is made the major one and no more" {
	expect_status 0 case-update -q CS0001001 major=true
	shows .major true
	case-list --format=json --where='{"major":true}' --fields=number,major >list
	shows . '{"number":"CS0001001","major":true}' list
	expect_status 0 case-update -q CS0001001 major=true
	shows .unchanged true
	expect_status 0 case-update -q CS0001001 major=false
	shows 'has("major")' false
	expect_status 65 case-update -q -r rejects CS0001001 major=2
	tells '/major: expected true or false, got 2'
	case-new -q --dry-run <<<'{"short_description":"All down","major":true}' >new
	shows .major true new
	store-check
}

@test "a case is cancelled with a reason, and its tasks and its person's load with it" {
	expect_status 64 case-update --cancel CS0001001
	expect_status 0 case-update -q --cancel --reason="sent twice" CS0001001
	shows .state '"cancelled"'
	expect_status 0 case-update -q --cancel --reason="sent twice" CS0001001
	shows .unchanged true
	[ "$(task-list --case=CS0001001)" = "" ]
	case-trace --format=json CS0001001 >trace
	tells "sent twice" trace
	store-check
}

@test "each state allows what the table of states says, and nothing else" {
	# CS0001002 is new
	refused bad_state case-update --wait-for=customer CS0001002
	refused bad_state case-update --reopen CS0001002
	refused bad_state case-update --resume CS0001002
	# CS0001001 is waiting
	case-update -q --wait-for=customer CS0001001 >waiting
	refused bad_state case-update --reopen CS0001001
	case-update -q --resume CS0001001 >resumed
	# resolved
	resolved
	refused bad_state case-update --wait-for=customer CS0001001
	refused bad_state case-update --resume CS0001001
	refused bad_state case-update --cancel --reason=late CS0001001
	# closed
	case-close -q CS0001001 >closed
	refused bad_state case-update --reopen CS0001001
	refused bad_state case-update --wait-for=customer CS0001001
	refused bad_state case-update --cancel --reason=late CS0001001
	# cancelled
	case-update -q --cancel --reason=mistake CS0001002 >cancelled
	refused bad_state case-update --reopen CS0001002
	refused bad_state case-update --resume CS0001002
	refused bad_state case-close CS0001002
}

@test "two changes of state at once are a usage error, and a case without a change is one too" {
	expect_status 64 case-update --resume --cancel --reason=x CS0001001
	expect_status 64 case-update CS0001001
}

@test "a state change takes several cases" {
	intake "another" >number
	expect_status 65 case-update -q --wait-for=customer CS0001001 CS0009999 CS0001003
	shows '[.number, .state]' '["CS0001001","awaiting_info"] ["CS0001003","awaiting_info"]'
}

@test "a comment is internal unless it is said to be public" {
	expect_status 0 case-comment -q CS0001001 "looks like the card"
	shows .first_responded_at null
	expect_status 0 case-comment -q --internal CS0001001 "it is the card"
	expect_status 0 case-comment -q --public CS0001001 "we change a card"
	events CS0001001 case.commented >comments
	shows .data.audience '"internal" "internal" "public"' comments
}

@test "the words of a comment are a digest in the journal, and stand beside it" {
	case-comment -q CS0001001 "looks like the card" >out
	case-trace --format=json CS0001001 >trace
	run ! grep -q "looks like the card" trace
	case-trace --format=json --values CS0001001 >trace
	tells "looks like the card" trace
	store-check
}

@test "the first public comment is the first response, once" {
	at 09:20
	case-comment -q --public CS0001001 "we have it" >out
	shows .first_responded_at '"2026-03-02T09:20:00.000000Z"'
	at 09:40
	case-comment -q --public CS0001001 "we still have it" >out
	shows .first_responded_at '"2026-03-02T09:20:00.000000Z"'
}

@test "a comment of the customer is public and no response" {
	expect_status 0 case-comment -q --from=acme-noc CS0001001 "still slow"
	shows .first_responded_at null
	events CS0001001 case.commented >comments
	shows '[.data.audience, (.data | tostring | contains("acme-noc"))]' '["public",true]' comments
}

@test "a comment of the customer ends the waiting" {
	case-update -q --wait-for=customer CS0001001 >waiting
	case-comment -q --public CS0001001 "please look at the lamp" >asked
	shows .state '"awaiting_info"' asked
	expect_status 0 case-comment -q --from=acme-noc CS0001001 "the lamp is red"
	shows .state '"open"'
	store-check
}

@test "comments come as a stream" {
	printf '%s\n' '{"number":"CS0001001","text":"one"}' '{"number":"CS0001001"}' '{"number":"CS0009999","text":"two"}' \
		'{"number":"CS0001002","text":"three\nlines\n"}' '{"number":"CS0001002","text":"\u0000"}' '"CS0001001"' >in
	expect_status 65 case-comment -q --public -r rejects <in
	shows .number '"CS0001001" "CS0001002"'
	shows .line '2 3 5 6' rejects
}

@test "a comment needs its words" {
	expect_status 64 case-comment CS0001001
	expect_status 65 case-comment CS0001001 ""
	expect_status 64 case-comment --public --internal CS0001001 "x"
}

@test "an operand that looks like a number but is not there is told" {
	refused not_found case-update CS0009999 impact=1
	refused not_found case-comment CS0009999 "x"
	refused not_found case-get CS0009999
	refused not_found case-close CS0009999
}

@test "a case cannot be its own parent" {
	fresh_case=$(case-new -q "Line down" | jq -r .number)
	expect_status 65 case-update -q "$fresh_case" parent="$fresh_case"
}

@test "the customer's answer ends the waiting, as an event of its own" {
	number=$(case-new -q contact=acme-noc "Line down" | case-enrich -q | case-route -q | jq -r .number)
	case-update -q --wait-for=customer "$number" >waiting
	expect_status 0 case-comment -q --public --from=acme-noc "$number" "It works again"
	shows .state '"open"'
	case-trace --format=json "$number" | jq -r .type >types
	tells case.resumed types
}

@test "a new group keeps the person whom the same change names" {
	case-update -q CS0001001 assigned_to=noc-1 >assigned
	expect_status 0 case-update -q CS0001001 assignment_group=field-service assigned_to=noc-1
	shows '[.assignment_group, .assigned_to]' '["field-service","noc-1"]'
	expect_status 0 case-update -q CS0001001 assignment_group=noc
	shows '[.assignment_group, .assigned_to]' '["noc",null]'
	store-check
}
