#!/usr/bin/env bats
# case-resolve and case-close: the end of a case, with its trace.

load helper

more_setup_file() {
	intake contact=acme-noc category=outage impact=1 urgency=1 "All down" >"$BATS_FILE_TMPDIR/number"
	intake case_type=onboarding 'fields={"plan":"business","start_date":"2026-03-16"}' "New customer" >"$BATS_FILE_TMPDIR/number"
}

done_with() { # CASE: its only task
	task-done -q "$1/handle" >finished
}

@test "a case whose work is done is resolved" {
	done_with CS0001001
	at 10:30
	expect_status 0 case-resolve --code=solved --notes="a new card" --cause="the old card" CS0001001
	shows '[.state, .resolution_code, .resolution_notes, .cause, .resolved_at]' \
		'["resolved","solved","a new card","the old card","2026-03-02T10:30:00.000000Z"]'
	case-get CS0001001 >now
	shows .state '"resolved"' now
	store-check
}

@test "the case is printed with its whole trace, to the last event" {
	done_with CS0001001
	expect_status 0 case-resolve -q --code=solved CS0001001
	jq -c '.trace[]' out >trace
	case-trace --format=json --values CS0001001 >journal
	diff <(jq -cS . journal) <(jq -cS . trace)
	shows '[.trace[].seq] == [range(1; .seq + 1)]' true
	shows '[.trace[].type] | [first, (map(select(. == "case.resolved")) | length)]' '["case.created",1]'
}

@test "open tasks are listed, and the case is not resolved" {
	expect_status 65 case-resolve --code=live -r rejects CS0001002
	nothing_in out
	shows .error.code '"open_tasks"' rejects
	tells welcome-call
	tells check-credit
	case-get CS0001002 >now
	shows '[.state, .resolution_code]' '["open",null]' now
}

@test "--cancel-open cancels them, and needs a reason" {
	expect_status 64 case-resolve --code=live --cancel-open CS0001002
	expect_status 0 case-resolve -q --code=withdrawn --cancel-open --reason="went elsewhere" CS0001002
	shows .state '"resolved"'
	task-list --case=CS0001002 --all --format=json >tasks
	shows '[.state] | inside(["cancelled", "skipped"])' 'true true true true true true true true' tasks
	shows 'select(.name == "check-credit") | .state' '"cancelled"' tasks
	case-trace --format=json CS0001002 >trace
	tells "went elsewhere" trace
	store-check
}

@test "a code is required, and one of those of the case type" {
	done_with CS0001001
	expect_status 64 case-resolve CS0001001
	expect_status 65 case-resolve --code=live -r rejects CS0001001
	shows .error.code '"invalid"' rejects
	expect_status 65 case-resolve --code= CS0001001 || expect_status 64 case-resolve --code= CS0001001
	case-get CS0001001 >now
	shows .state '"open"' now
}

@test "the clocks stop" {
	done_with CS0001001
	at 10:00
	case-resolve -q --code=solved CS0001001 >resolved
	sla-list CS0001001 --format=json >levels
	shows 'select(.sla == "resolution-critical") | .stage' '"completed"' levels
	at 20:00
	[ -z "$(sla-check -q | grep resolution-critical)" ]
}

@test "a message to the customer is queued" {
	done_with CS0001001
	case-resolve -q --code=solved CS0001001 >resolved
	events CS0001001 message.queued >messages
	shows '[.data.template, (.data.recipient | tostring | contains("acme-noc"))]' '["resolved",true]' messages
	[ "$(count "message WHERE template_name = 'resolved'")" -eq 1 ]
}

@test "a case that is resolved already is unchanged" {
	done_with CS0001001
	case-resolve -q --code=solved CS0001001 >first
	at 12:00
	expect_status 0 case-resolve -q --code=solved CS0001001
	shows '[.unchanged, .resolved_at]' '[true,"2026-03-02T09:00:00.000000Z"]'
	[ "$(count "message WHERE template_name = 'resolved'")" -eq 1 ]
}

@test "a case that is not open cannot be resolved" {
	new_case "fresh" >number
	expect_status 65 case-resolve -q --code=solved -r rejects CS0001003
	shows .error.code '"bad_state"' rejects
	case-update -q --cancel --reason=mistake CS0001003 >cancelled
	expect_status 65 case-resolve -q --code=solved CS0001003
	done_with CS0001001
	case-update -q --wait-for=customer CS0001001 >waiting
	expect_status 65 case-resolve -q --code=solved CS0001001
}

@test "many are resolved from a stream, the impossible ones told" {
	done_with CS0001001
	case-list --format=json >in
	expect_status 65 case-resolve -q --code=solved -r rejects <in
	shows '[.number, .state]' '["CS0001001","resolved"]'
	shows '[.line, .error.code] | .[0]' '2' rejects
}

@test "a load ends with the resolution" {
	done_with CS0001001
	case-resolve -q --code=solved CS0001001 >resolved
	[ "$(count "agent WHERE key = 'noc-1' AND load > 0")" -eq 0 ]
	store-check
}

@test "a resolved case is closed, once" {
	done_with CS0001001
	case-resolve -q --code=solved CS0001001 >resolved
	at 11:00
	expect_status 0 case-close -q CS0001001
	shows '[.state, .closed_at]' '["closed","2026-03-02T11:00:00.000000Z"]'
	at 12:00
	expect_status 0 case-close -q CS0001001
	shows '[.unchanged, .closed_at]' '[true,"2026-03-02T11:00:00.000000Z"]'
	expect_status 65 case-resolve -q --code=solved -r rejects CS0001001
	shows .error.code '"bad_state"' rejects
	store-check
}

@test "only a resolved case is closed" {
	expect_status 65 case-close -q -r rejects CS0001001
	shows .error.code '"bad_state"' rejects
	nothing_in out
}

@test "a reopened case is resolved a second time, with a second message" {
	done_with CS0001001
	case-resolve -q --code=solved CS0001001 >resolved
	at 10:00
	case-update -q --reopen CS0001001 >reopened
	at 11:00
	expect_status 0 case-resolve -q --code=workaround CS0001001
	shows '[.state, .resolution_code, .resolved_at]' '["resolved","workaround","2026-03-02T11:00:00.000000Z"]'
	[ "$(count "message WHERE template_name = 'resolved'")" -eq 2 ]
	store-check
}

@test "an address that a message goes to is a digest in the journal" {
	local number
	number=$(intake contact=somebody@nowhere.example "Line down")
	task-done -q "$number/handle" >finished
	case-resolve -q --code=solved "$number" >resolved
	events "$number" message.queued >queued
	shows '.data.recipient | keys' '["sha256"]' queued
	store-check
}
