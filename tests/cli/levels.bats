#!/usr/bin/env bats
# Service levels: their clocks, what time brings about (sla-check), and what they stand at (sla-list).

load helper

# critical: a case whose clocks run by day and night: an answer within 30 minutes (warned at 50 %), resolved within
# four hours (warned at 50, 75 and 90 %).
critical() {
	intake impact=1 urgency=1 "All down"
}

# tick: what the tick tells, moments to the second.
tick() {
	expect_status 0 sla-check -q </dev/null
	jq -c '[.case, .sla, .event, .percent, .at[11:19]]' out >ticked
}

level() { # CASE NAME FILTER JSON
	sla-list "$1" --format=json | jq -c --arg name "$2" 'select(.sla == $name)' >level
	shows "$3" "$4" level
}

@test "clocks start with the case and know when they end" {
	critical >number
	level CS0001001 resolution-critical '[.case, .type, .stage, .has_breached, .start_time, .planned_end_time, .business_elapsed, .business_percentage]' \
		'["CS0001001","SLA","in_progress",false,"2026-03-02T09:00:00.000000Z","2026-03-02T13:00:00.000000Z","PT0S",0]'
	at 10:00
	level CS0001001 resolution-critical '[.business_elapsed, .business_percentage]' '["PT1H",25]'
}

@test "a clock starts when the case was opened, not when it arrived" {
	new_case impact=1 urgency=1 opened_at=2026-03-02T08:00:00Z "All down" >number
	level CS0001001 resolution-critical '[.start_time, .business_percentage]' '["2026-03-02T08:00:00.000000Z",25]'
}

@test "nothing is told before its time" {
	critical >number
	tick
	nothing_in out
	at 09:14
	tick
	nothing_in out
	at 09:15
	tick
	shows . '["CS0001001","first-response-urgent","warned",50,"09:15:00"]' ticked
}

@test "a transition is told exactly once" {
	critical >number
	at 09:15
	tick
	[ "$(wc -l <out)" -eq 1 ]
	tick
	nothing_in out
	at 09:20
	tick
	nothing_in out
	[ "$(events CS0001001 sla.warned | wc -l)" -eq 1 ]
}

@test "a late tick tells the true times, of warnings and of the breach" {
	critical >number
	at 2026-03-03T20:00
	tick
	shows 'select(.[1] == "resolution-critical")' '["CS0001001","resolution-critical","warned",50,"11:00:00"]
		["CS0001001","resolution-critical","warned",75,"12:00:00"] ["CS0001001","resolution-critical","warned",90,"12:36:00"]
		["CS0001001","resolution-critical","breached",100,"13:00:00"]' ticked
	shows 'select(.[1] == "first-response-urgent")' '["CS0001001","first-response-urgent","warned",50,"09:15:00"]
		["CS0001001","first-response-urgent","breached",100,"09:30:00"]' ticked
	events CS0001001 sla.breached >breaches
	shows '[.at[:19], .recorded_at[:19]]' '["2026-03-02T09:30:00","2026-03-03T20:00:00"] ["2026-03-02T13:00:00","2026-03-03T20:00:00"]' breaches
	store-check
}

@test "many ticks tell what one late tick tells" {
	local hour
	critical >number
	cp -a "$HOME" ../other
	for hour in 09:10 09:20 09:40 11:00 12:30 12:59 13:01; do
		at "$hour"
		sla-check -q
	done | sort >many
	use_store "$BATS_TEST_TMPDIR/other"
	at 13:01
	sla-check -q | sort >one
	[ "$(wc -l <one)" -eq 6 ]
	diff one many
}

@test "two ticks at once tell each transition once between them" {
	requests 200 | jq -c '.impact = 1 | .urgency = 1' | case-intake -q >cases
	at 20:00
	sla-check -q >one &
	sla-check -q >two
	wait
	cat one two | sort >told
	[ "$(wc -l <told)" -eq 1200 ]
	[ "$(uniq -d told | wc -l)" -eq 0 ]
}

@test "--since prints once more what the journal tells" {
	critical >number
	at 20:00
	sla-check -q >first
	expect_status 0 sla-check -q --since=0
	diff first out
	expect_status 64 sla-check --since=nonsense
}

@test "a dry run tells and keeps nothing" {
	critical >number
	at 20:00
	expect_status 0 sla-check -q -n
	[ "$(jq -c .dry_run out | sort -u)" = true ]
	[ "$(wc -l <out)" -eq 6 ]
	tick
	[ "$(wc -l <out)" -eq 6 ]
}

@test "a clock stands still while the case awaits information" {
	critical >number
	at 10:00
	case-update -q --wait-for=customer CS0001001 >waiting
	level CS0001001 resolution-critical '[.stage, .business_elapsed]' '["paused","PT1H"]'
	at 18:00
	level CS0001001 resolution-critical '[.stage, .business_elapsed, .business_percentage, .has_breached]' '["paused","PT1H",25,false]'
	tick
	shows 'select(.[1] == "resolution-critical")' '' ticked
	case-update -q --resume CS0001001 >resumed
	level CS0001001 resolution-critical '[.stage, .planned_end_time, .business_elapsed]' '["in_progress","2026-03-02T21:00:00.000000Z","PT1H"]'
	at 19:00
	tick
	shows . '["CS0001001","resolution-critical","warned",50,"19:00:00"]' ticked
	store-check
}

@test "a clock that does not pause goes on while the case awaits information" {
	critical >number
	at 09:10
	case-update -q --wait-for=customer CS0001001 >waiting
	at 09:40
	tick
	shows '.[2]' '"warned" "breached"' ticked
}

@test "what passed before a pause is told with its time even when no tick came before it" {
	critical >number
	at 11:30
	case-update -q --wait-for=customer CS0001001 >waiting
	at 16:00
	sla-check -q --since=0 >told
	shows 'select(.sla == "resolution-critical") | [.event, .percent, .at[11:19]]' '["warned",50,"11:00:00"]' told
	[ "$(events CS0001001 sla.warned | jq -c 'select(.data.sla.name == "resolution-critical")' | wc -l)" -eq 1 ]
}

@test "a clock ends when its case is resolved, met or breached" {
	critical >number
	task-done -q CS0001001/handle >finished
	at 12:00
	case-resolve -q --code=solved CS0001001 >resolved
	level CS0001001 resolution-critical '[.stage, .has_breached, .business_elapsed]' '["completed",false,"PT3H"]'
	at 20:00
	tick
	shows 'select(.[2] == "breached" and .[1] == "resolution-critical")' '' ticked
	level CS0001001 resolution-critical '[.stage, .business_elapsed, .business_percentage]' '["completed","PT3H",75]'
}

@test "a breach before the resolution is found though no tick came between" {
	critical >number
	task-done -q CS0001001/handle >finished
	at 14:00
	case-resolve -q --code=solved CS0001001 >resolved
	level CS0001001 resolution-critical '[.stage, .has_breached]' '["completed",true]'
	[ "$(events CS0001001 sla.breached | jq -c 'select(.data.sla.name == "resolution-critical")' | wc -l)" -eq 1 ]
	store-check
}

@test "the first answer stops the clock of the first response" {
	critical >number
	at 09:20
	case-comment -q --internal CS0001001 "who has this" >noted
	level CS0001001 first-response-urgent .stage '"in_progress"'
	case-comment -q --public CS0001001 "we look at it" >answered
	level CS0001001 first-response-urgent '[.stage, .has_breached, .business_elapsed]' '["completed",false,"PT20M"]'
	at 20:00
	tick
	shows 'select(.[1] == "first-response-urgent" and .[2] == "breached")' '' ticked
}

@test "a clock that stops on a task ends with it" {
	intake case_type=broadband-fault 'fields={"line":"L1"}' "Slow" >number
	level CS0001001 noc-line-test '[.type, .stage, .planned_end_time]' '["OLA","in_progress","2026-03-02T11:00:00.000000Z"]'
	at 10:00
	task-done -q CS0001001/test-line --outcome=network >finished
	level CS0001001 noc-line-test '[.stage, .has_breached, .business_elapsed]' '["completed",false,"PT1H"]'
}

@test "a clock that stops on a milestone ends when it is reached" {
	intake case_type=broadband-fault contact=acme-noc asset=L30011 'fields={"line":"L30011"}' "Slow" >number
	level CS0001001 gold-restoration .stage '"in_progress"'
	task-done -q CS0001001/test-line --outcome=network >finished
	at 11:00
	task-done -q CS0001001/repair-network >finished
	level CS0001001 gold-restoration '[.stage, .has_breached, .business_elapsed]' '["completed",false,"PT2H"]'
}

@test "a clock whose milestone is skipped is cancelled" {
	intake case_type=broadband-fault contact=acme-noc asset=L30011 'fields={"line":"L30011"}' "Slow" >number
	task-done -q CS0001001/test-line --outcome=no_fault_found >finished
	level CS0001001 gold-restoration .stage '"cancelled"'
	store-check
}

@test "the clocks of a cancelled case are cancelled" {
	critical >number
	case-update -q --cancel --reason=mistake CS0001001 >cancelled
	sla-list CS0001001 --format=json >levels
	shows .stage '"cancelled" "cancelled"' levels
	at 20:00
	tick
	nothing_in out
}

@test "a service level attaches when a change makes its condition hold" {
	intake impact=3 "Slow" >number
	level CS0001001 resolution-critical .stage ''
	at 10:00
	case-update -q CS0001001 impact=1 urgency=1 >updated
	level CS0001001 resolution-critical '[.stage, .start_time, .planned_end_time]' \
		'["in_progress","2026-03-02T09:00:00.000000Z","2026-03-02T13:00:00.000000Z"]'
	store-check
}

@test "working hours, weekends, holidays and the change of the hour are those of the calendar" {
	# four working hours of 08:00 to 18:00 in Berlin, in UTC
	at 2026-03-06T16:00 # a Friday, an hour before the end
	new_case "before the weekend" >number
	level CS0001001 first-response .planned_end_time '"2026-03-09T10:00:00.000000Z"'
	at 2026-03-27T16:00 # Berlin changes to summer time on Sunday
	new_case "before the change" >number
	level CS0001002 first-response .planned_end_time '"2026-03-30T09:00:00.000000Z"'
	at 2026-04-02T14:00 # Maundy Thursday: an hour and 59 minutes are left, then Good Friday to Easter Monday
	new_case "before Easter" >number
	level CS0001003 first-response .planned_end_time '"2026-04-07T08:00:00.000000Z"'
	at 2026-12-24T09:00 # two hours are left of a short day
	new_case "before Christmas" >number
	level CS0001004 first-response .planned_end_time '"2026-12-28T09:00:00.000000Z"'
	at 2026-07-01T09:30 # a break from noon to two
	new_case "over lunch" >number
	level CS0001005 first-response .planned_end_time '"2026-07-01T15:30:00.000000Z"'
	at 2026-03-07T12:00 # a Saturday
	new_case "on the weekend" >number
	level CS0001006 first-response '[.business_elapsed, .planned_end_time]' '["PT0S","2026-03-09T11:00:00.000000Z"]'
}

@test "a breach queues a message to whom the definition names" {
	critical >number
	at 13:01
	sla-check -q >ticks
	events CS0001001 message.queued >messages
	shows '[.data.template, .data.recipient]' '["sla-breached","group:support"] ["sla-breached","group:account-management"] ["sla-breached","group:noc"]' messages
	[ "$(count "message WHERE state = 'queued'")" -eq 3 ]
	sla-check -q >ticks
	[ "$(count message)" -eq 3 ]
}

@test "a clock runs by the definition of its time, whatever is changed later" {
	critical >number
	policy_edit sla/resolution-critical.json '.target = "PT1H"'
	at 10:30
	tick
	shows 'select(.[1] == "resolution-critical")' '' ticked
	critical >number
	level CS0001002 resolution-critical .planned_end_time '"2026-03-02T11:30:00.000000Z"'
	level CS0001001 resolution-critical .planned_end_time '"2026-03-02T13:00:00.000000Z"'
}

@test "sla-list narrows to what runs and to what was breached" {
	critical >number
	case-comment -q --public CS0001001 "we look at it" >answered
	at 14:00
	sla-check -q >ticks
	intake impact=3 "Slow" >number
	expect_status 0 sla-list --breached --format=json </dev/null
	shows '[.case, .sla]' '["CS0001001","resolution-critical"]'
	expect_status 0 sla-list --active --format=json
	shows '.stage != "completed"' 'true true true'
	expect_status 65 sla-list CS0009999
}

@test "sla-list changes nothing" {
	critical >number
	at 20:00
	sqlite3 "$CASEWORK_STORE" .dump | sha256sum >before
	sla-list >levels
	sqlite3 "$CASEWORK_STORE" .dump | sha256sum | diff before -
	level CS0001001 resolution-critical '[.has_breached, .business_percentage]' '[true,275]'
}

@test "sla-check does not read standard input" {
	critical >number
	at 20:00
	echo nonsense >in
	expect_status 0 sla-check -q <in
	[ "$(wc -l <out)" -eq 6 ]
}

@test "a clock that stops on closing outlives the resolution" {
	policy sla/until-closed.json '{"type":"OLA","applies_to":"case","target":"PT8H","calendar":"always","stop":{"state":"closed"}}'
	critical >number
	task-done -q CS0001001/handle >finished
	at 12:00
	case-resolve -q --code=solved CS0001001 >resolved
	level CS0001001 until-closed '[.stage, .business_elapsed]' '["in_progress","PT3H"]'
	at 13:00
	case-close -q CS0001001 >closed
	level CS0001001 until-closed '[.stage, .business_elapsed]' '["completed","PT4H"]'
	store-check
}

@test "a clock that pauses while resolved goes on when the case is reopened" {
	policy sla/but-resolved.json '{"type":"OLA","applies_to":"case","target":"PT8H","calendar":"always","pause":{"state":"resolved"}}'
	critical >number
	task-done -q CS0001001/handle >finished
	at 10:00
	case-resolve -q --code=solved CS0001001 >resolved
	level CS0001001 but-resolved '[.stage, .business_elapsed]' '["paused","PT1H"]'
	at 12:00
	case-update -q --reopen CS0001001 >reopened
	level CS0001001 but-resolved '[.stage, .business_elapsed]' '["in_progress","PT1H"]'
	store-check
}

@test "a clock that attaches while its case waits is paused at once" {
	policy sla/vip.json '{"type":"SLA","applies_to":"case","when":{"tags":"vip"},"target":"PT8H","calendar":"always","pause":{"state":"awaiting_info"}}'
	critical >number
	case-update -q --wait-for=customer CS0001001 >waiting
	at 10:00
	case-update -q CS0001001 'tags=["vip"]' >tagged
	level CS0001001 vip '[.stage, .pause_time]' '["paused","2026-03-02T10:00:00.000000Z"]'
	at 12:00
	case-update -q --resume CS0001001 >resumed
	level CS0001001 vip '[.stage, .business_elapsed]' '["in_progress","PT0S"]'
	store-check
}

@test "a clock that stops on a task stops when it ends well, not when it ends" {
	intake case_type=broadband-fault 'fields={"line":"L1","symptom":"no_sync"}' "Line dead" >number
	task-done -q --outcome=inconclusive CS0001001/test-line >finished
	level CS0001001 noc-line-test .stage '"in_progress"'
	intake case_type=broadband-fault 'fields={"line":"L1","symptom":"no_sync"}' "Line dead" >number
	task-done -q --outcome=network CS0001002/test-line >finished
	level CS0001002 noc-line-test .stage '"completed"'
}
