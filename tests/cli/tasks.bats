#!/usr/bin/env bats
# The queues: task-claim, task-done, task-update, task-list.

load helper

# fault: a broadband case; CS0001001/test-line is ready for the noc.
fault() {
	intake case_type=broadband-fault 'fields={"line":"L1","symptom":"no_sync"}' "$@" "Line dead"
}

more_setup_file() {
	fault >"$BATS_FILE_TMPDIR/number"
}

states() {
	task-list --case="${1:-CS0001001}" --all --format=json | jq -c '[.task[10:], .state]'
}

refused() { # CODE COMMAND...
	local code=$1
	shift
	expect_status 65 "$@" -q -r rejects || return
	nothing_in out
	[ "$(tail -n 1 rejects | jq -r .error.code)" = "$code" ] || { tail -n 1 rejects; return 1; }
}

@test "a claimed task is the actor's" {
	at 09:10
	expect_status 0 as noc-1 task-claim CS0001001/test-line
	shows '[.task, .state, .assigned_to, .claimed_at]' '["CS0001001/test-line","claimed","noc-1","2026-03-02T09:10:00.000000Z"]'
}

@test "claimed again by the same it is unchanged, by another it is refused" {
	as noc-1 task-claim CS0001001/test-line >first
	expect_status 0 as noc-1 task-claim CS0001001/test-line
	shows '[.unchanged, .assigned_to]' '[true,"noc-1"]'
	refused bad_state as noc-2 task-claim CS0001001/test-line
	task-get CS0001001/test-line >now
	shows .assigned_to '"noc-1"' now
}

@test "a task that waits for others can be neither claimed nor done" {
	refused bad_state task-claim CS0001001/set-up-router
	refused bad_state task-done CS0001001/set-up-router
	states >now
	shows 'select(.[0] == "set-up-router")' '["set-up-router","pending"]' now
}

@test "task-claim --group prints what is held and then takes the most urgent" {
	fault impact=1 urgency=1 >number
	fault impact=2 urgency=1 >number
	expect_status 0 as noc-1 task-claim --group=noc </dev/null
	shows '[.task, .unchanged]' '["CS0001002/test-line",null]'
	expect_status 0 as noc-1 task-claim --group=noc -k 2
	shows '[.task, .unchanged]' '["CS0001002/test-line",true] ["CS0001003/test-line",null] ["CS0001001/test-line",null]'
	expect_status 0 as noc-2 task-claim --group=noc -k 5
	nothing_in out
}

@test "of equally urgent tasks the one that is ready longest comes first" {
	at 09:05
	fault >number
	expect_status 0 as noc-1 task-claim --group=noc
	shows .task '"CS0001001/test-line"'
}

@test "a blocked task is not given to whoever asks for work" {
	task-update -q --block=vendor --reason="no part" CS0001001/test-line >blocked
	expect_status 0 as noc-1 task-claim --group=noc
	nothing_in out
}

@test "task-claim without a queue and a task is a usage error" {
	expect_status 64 task-claim
	expect_status 64 task-claim --group=noc -k nonsense
}

@test "takers at the same moment never get the same task, and all get all" {
	local taker
	requests 60 | jq -c '.category = "outage"' | case-intake -q >cases
	for taker in 1 2 3 4; do
		(for _ in 1 2 3 4 5 6; do as "taker-$taker" task-claim -q --group=noc -k 3 || exit; done >"taken-$taker") &
	done
	wait
	cat taken-* | jq -r 'select(.unchanged | not) | .task' | sort >taken
	[ "$(wc -l <taken)" -eq 61 ] # with the one of the fault
	[ "$(uniq -d taken | wc -l)" -eq 0 ]
	cat taken-* | jq -r '[.task, .assigned_to] | @tsv' | sort -u | cut -f 1 | uniq -d >twice
	nothing_in twice
	store-check
}

@test "a ready task is claimed on the way to being done" {
	at 09:20
	expect_status 0 as noc-1 task-done CS0001001/test-line --outcome=network --output='{"loss":0.2}'
	shows '[.state, .outcome, .output, .assigned_to, .claimed_at, .finished_at]' \
		'["completed","network",{"loss":0.2},"noc-1","2026-03-02T09:20:00.000000Z","2026-03-02T09:20:00.000000Z"]'
	states >now
	shows . '["test-line","completed"] ["repair-network","ready"] ["visit-premises","skipped"] ["ship-router","skipped"]
		["set-up-router","skipped"] ["explain-finding","skipped"] ["credit-downtime","skipped"]' now
}

@test "the same outcome again is unchanged, another is already done" {
	as noc-1 task-done -q CS0001001/test-line --outcome=network >first
	at 10:00
	expect_status 0 as noc-1 task-done -q CS0001001/test-line --outcome=network
	shows .unchanged true
	diff <(jq -S . first) <(jq -S 'del(.unchanged)' out)
	refused already_done as noc-1 task-done CS0001001/test-line --outcome=premises
	refused already_done as noc-1 task-done CS0001001/test-line --outcome=failed --reason="no"
}

@test "an outcome is a success unless the workflow says otherwise" {
	expect_status 0 task-done CS0001001/test-line --outcome=inconclusive
	shows .outcome '"inconclusive"'
	states >now
	shows 'select(.[0] != "test-line") | .[1]' '"skipped" "skipped" "skipped" "skipped" "skipped" "skipped"' now
	[ "$(events CS0001001 workflow.failed | wc -l)" -eq 1 ]
}

@test "a failure needs a reason" {
	expect_status 64 task-done CS0001001/test-line --outcome=failed
	expect_status 0 task-done CS0001001/test-line --outcome=failed --reason="the meter is broken"
	shows '[.state, .outcome, .reason]' '["failed","failed","the meter is broken"]'
}

@test "an output that is no JSON is a usage error" {
	expect_status 64 task-done CS0001001/test-line --outcome=network --output='{"loss":'
	task-get CS0001001/test-line >now
	shows .state '"ready"' now
}

@test "tasks are taken from standard input as objects and as names" {
	fault >number
	printf '%s\n' '{"task":"CS0001001/test-line","state":"whatever"}' '"CS0001002/test-line"' '"CS0001003/test-line"' >in
	expect_status 65 task-done -q --outcome=network -r rejects <in
	shows '[.task, .state]' '["CS0001001/test-line","completed"] ["CS0001002/test-line","completed"]'
	shows '[.line, .error.code]' '[3,"not_found"]' rejects
}

@test "tasks that are not there are told" {
	refused not_found task-done CS0001001/nonsense
	refused not_found task-done CS0009999/handle
	refused not_found task-done CS0001001/test-line~2
	refused not_found task-get nonsense
}

@test "work sent back is done again as a later iteration, with all that follows" {
	as noc-1 task-done -q CS0001001/test-line --outcome=network >finished
	expect_status 64 as noc-2 task-done -q CS0001001/repair-network --send-back=test-line
	expect_status 0 as noc-2 task-done -q CS0001001/repair-network --send-back=test-line --reason="measure again"
	states >now
	shows 'select(.[0] == "test-line~2")' '["test-line~2","ready"]' now
	shows 'select(.[0] == "test-line")' '["test-line","completed"]' now
	shows 'select(.[0] == "repair-network~2")' '["repair-network~2","pending"]' now
	as noc-1 task-done -q CS0001001/test-line~2 --outcome=premises >finished
	states >now
	shows 'select(.[0] == "repair-network~2")' '["repair-network~2","skipped"]' now
	shows 'select(.[0] == "visit-premises~2")' '["visit-premises~2","ready"]' now
	as field-1 task-done -q CS0001001/visit-premises~2 >finished
	case-get CS0001001 >case
	shows .progress '"fulfilled"' case
	events CS0001001 task.sent_back >sent_back
	[ "$(wc -l <sent_back)" -ge 1 ]
	tells "measure again" sent_back
	store-check
}

@test "a task that is sent back or cancelled is not blocked any more" {
	task-done -q CS0001001/test-line --outcome=network >finished
	task-update -q CS0001001/repair-network --block=vendor --reason="parts" >blocked
	expect_status 0 task-done -q CS0001001/repair-network --send-back=test-line --reason="measure again"
	shows '[.state, .blocked_by, .blocked_reason]' '["cancelled",null,null]'
	task-update -q CS0001001/test-line~2 --block=vendor --reason="parts" >blocked
	case-update -q CS0001001 --cancel --reason="gone" >cancelled
	task-get CS0001001/test-line~2 >now
	shows '[.state, .blocked_by, .blocked_reason]' '["cancelled",null,null]' now
	store-check
}

@test "the same sending back again is unchanged" {
	task-done -q CS0001001/test-line --outcome=network >finished
	task-done -q CS0001001/repair-network --send-back=test-line --reason="measure again" >first
	expect_status 0 task-done -q CS0001001/repair-network --send-back=test-line --reason="measure again"
	shows .unchanged true
	states >now
	shows 'select(.[0] | startswith("test-line"))' '["test-line","completed"] ["test-line~2","ready"]' now
}

@test "work goes back only to an earlier task of the case" {
	task-done -q CS0001001/test-line --outcome=network >finished
	expect_status 65 task-done -q CS0001001/repair-network --send-back=set-up-router --reason="no"
	expect_status 65 task-done -q CS0001001/repair-network --send-back=nonsense --reason="no"
	expect_status 65 task-done -q CS0001001/repair-network --send-back=repair-network --reason="no"
	nothing_in out
	task-get CS0001001/repair-network >now
	shows .state '"ready"' now
}

@test "a blocked task says by whom and why, until it is unblocked" {
	expect_status 64 task-update CS0001001/test-line --block=customer
	expect_status 64 task-update CS0001001/test-line --block=nonsense --reason="why"
	expect_status 0 task-update -q CS0001001/test-line --block=customer --reason="nobody at home" --owner="the janitor"
	shows '[.state, .blocked_by, .blocked_reason, .blocked_owner]' '["ready","customer","nobody at home","the janitor"]'
	expect_status 0 task-update -q CS0001001/test-line --block=customer --reason="nobody at home" --owner="the janitor"
	shows .unchanged true
	expect_status 0 task-update -q CS0001001/test-line --unblock
	shows '[.state, .blocked_by, .blocked_reason, .blocked_owner]' '["ready",null,null,null]'
	expect_status 0 task-update -q CS0001001/test-line --unblock
	shows .unchanged true
	store-check
}

@test "a released task is back in its queue" {
	as noc-1 task-claim -q CS0001001/test-line >claimed
	expect_status 0 as noc-1 task-update -q CS0001001/test-line --release
	shows '[.state, .assigned_to, .claimed_at]' '["ready",null,null]'
	expect_status 0 as noc-1 task-update -q CS0001001/test-line --release
	shows .unchanged true
	expect_status 0 as noc-2 task-claim --group=noc
	shows .assigned_to '"noc-2"'
}

@test "an assigned task is somebody's" {
	expect_status 0 task-update -q CS0001001/test-line --assign=noc-2
	shows .assigned_to '"noc-2"'
	expect_status 0 task-update -q CS0001001/test-line --assign=noc-2
	shows .unchanged true
	expect_status 0 as noc-2 task-claim -q --group=noc -k 0
	expect_status 0 task-update -q CS0001001/test-line --assign=noc-1
	shows .assigned_to '"noc-1"'
}

@test "a declined task needs a reason and goes back to the queue" {
	task-update -q CS0001001/test-line --assign=noc-2 >assigned
	expect_status 64 as noc-2 task-update CS0001001/test-line --decline
	expect_status 0 as noc-2 task-update -q CS0001001/test-line --decline --reason="on leave"
	shows '[.state, .assigned_to]' '["ready",null]'
	case-trace --format=json CS0001001 >trace
	tells "on leave" trace
}

@test "a task can be moved to another group" {
	expect_status 0 task-update -q CS0001001/test-line --group=field-service
	shows '[.assignment_group, .assigned_to]' '["field-service",null]'
	expect_status 0 as field-1 task-claim --group=field-service
	shows .task '"CS0001001/test-line"'
	store-check
}

@test "a finished task takes no change" {
	task-done -q CS0001001/test-line --outcome=network >finished
	refused bad_state task-update CS0001001/test-line --release
	refused bad_state task-update CS0001001/test-line --block=vendor --reason="late"
	refused bad_state task-update CS0001001/test-line --assign=noc-1
	refused bad_state task-claim CS0001001/test-line
}

@test "tasks of a case that is resolved or cancelled are finished with" {
	case-update -q --cancel --reason="sold the house" CS0001001 >cancelled
	states >now
	shows '[.[1]] | unique' '["cancelled"] ["cancelled"] ["cancelled"] ["cancelled"] ["cancelled"] ["cancelled"] ["cancelled"]' now
	expect_status 65 task-done -q CS0001001/test-line --outcome=network
}

@test "task-list shows the open tasks, the most urgent first, narrowed by its options" {
	fault impact=1 urgency=1 >number
	expect_status 0 task-list --state=ready </dev/null
	shows .task '"CS0001002/test-line" "CS0001001/test-line"'
	expect_status 0 task-list --group=courier
	shows .name '"ship-router" "ship-router"'
	expect_status 0 task-list --group=noc --state=ready --limit=1
	shows .case '"CS0001002"'
	as noc-1 task-claim -q CS0001001/test-line >claimed
	expect_status 0 task-list --agent=noc-1
	shows .task '"CS0001001/test-line"'
	expect_status 0 task-list --case=CS0001001 --fields=name,state --format=csv
	[ "$(head -n 2 out | tr -d '\r')" = $'name,state\ntest-line,claimed' ]
	expect_status 0 task-list --group=nobody
	nothing_in out
}

@test "what a task was found to be decides what comes next" {
	policy_edit workflows/general.json '.tasks = {"look": {}, "act": {needs: ["look"], when: {"tasks.look.output.size": {"$gt": 5}}}}
		| .milestones = {handled: {after: ["look"]}}'
	intake "small" >number
	intake "large" >number
	task-done -q CS0001002/look --output='{"size":5}' >finished
	task-done -q CS0001003/look --output='{"size":6}' >finished
	states CS0001002 >now
	shows . '["look","completed"] ["act","skipped"]' now
	states CS0001003 >now
	shows . '["look","completed"] ["act","ready"]' now
}

@test "a task that is assigned to whom it is assigned already is unchanged" {
	task-update -q --assign=noc-1 CS0001001/test-line >assigned
	at 10:00
	expect_status 0 task-update -q --assign=noc-1 CS0001001/test-line
	shows '[.unchanged, .claimed_at[11:16]]' '[true,"09:00"]'
}

@test "a task is released though its group came to the policy after the case" {
	policy groups/second-line.json '{"description":"new","calendar":"always"}'
	task-update -q --group=second-line CS0001001/repair-network >moved
	expect_status 0 task-done -q --outcome=network CS0001001/test-line
	task-get CS0001001/repair-network >now
	shows '[.state, .assignment_group]' '["ready","second-line"]' now
}
