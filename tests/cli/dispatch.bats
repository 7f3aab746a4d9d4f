#!/usr/bin/env bats
# task-dispatch: the workflow of a case becomes tasks, and the tasks wait for each other.

load helper

routed() {
	local number
	number=$(new_case "$@")
	case-enrich -q "$number" | case-route -q >routed
	echo "$number"
}

onboarding() { # PLAN FIELDS
	intake case_type=onboarding "fields=$(jq -nc --arg plan "$1" "{plan: \$plan, start_date: \"2026-03-16\"} + ${2:-{\}}")" "New customer"
}

states() { # NUMBER
	task-list --case="$1" --all --format=json | jq -c '[.name, .state]'
}

@test "a dispatched case is printed with its tasks in the workflow's order" {
	routed case_type=broadband-fault 'fields={"line":"L1"}' "Slow" >number
	expect_status 0 task-dispatch -q CS0001001
	shows '[.workflow, .progress]' '["broadband-repair","dispatched"]'
	shows '[.tasks[].name]' '["test-line","repair-network","visit-premises","ship-router","set-up-router","explain-finding","credit-downtime"]'
	shows '.tasks[0] | [.task, .case, .state, .assignment_group, .ready_at]' \
		'["CS0001001/test-line","CS0001001","ready","noc","2026-03-02T09:00:00.000000Z"]'
	shows '.tasks[4] | [.state, .assignment_group, .needs, .ready_at]' '["pending","support",["ship-router"],null]'
	[ "$(jq -r .config out)" = "$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)" ]
}

@test "a task without a group is that of the case" {
	routed category=hardware "Router smells" >number
	expect_status 0 task-dispatch -q CS0001001
	shows '[.assignment_group, .tasks[0].assignment_group]' '["field-service","field-service"]'
}

@test "the table chooses the workflow before the case type" {
	routed category=outage asset=L30011 "Line down" >number
	expect_status 0 task-dispatch -q CS0001001
	shows '[.case_type, .workflow]' '["general","broadband-repair"]'
	events CS0001001 workflow.started >event
	shows '.data.reason.rule' '"outage-of-a-known-line"' event
}

@test "a task whose condition is false is skipped, and so is all that needs it" {
	onboarding home >number
	as accounts-1 task-done -q CS0001001/check-credit --outcome=approved >finished
	as it-ops-1 task-done -q CS0001001/create-account >finished
	states CS0001001 >out
	shows 'select(.[0] | IN("welcome-call", "provision-line", "ship-router", "install"))' \
		'["welcome-call","skipped"] ["provision-line","skipped"] ["ship-router","skipped"] ["install","skipped"]'
}

@test "a finished task releases what waits for it, in the same change" {
	onboarding business '{broadband: true, own_router: true}' >number
	expect_status 0 as finance-1 task-done -q CS0001001/check-credit --outcome=approved
	states CS0001001 >out
	shows . '["welcome-call","ready"] ["check-credit","completed"] ["create-account","ready"] ["set-up-billing","ready"]
		["provision-line","pending"] ["ship-router","pending"] ["install","pending"] ["hand-over","pending"]'
	events CS0001001 task.ready >released
	shows .data.task.name '"create-account" "set-up-billing"' released
	task-done -q CS0001001/create-account >finished
	states CS0001001 >out
	shows 'select(.[0] | IN("provision-line", "ship-router", "install", "hand-over"))' \
		'["provision-line","ready"] ["ship-router","skipped"] ["install","pending"] ["hand-over","pending"]'
}

@test "a task whose need has failed is skipped, and the workflow is told to have failed" {
	onboarding home >number
	task-done -q CS0001001/check-credit --outcome=rejected >finished
	states CS0001001 >out
	shows 'select(.[1] != "skipped") | .[0]' '"check-credit"'
	[ "$(events CS0001001 workflow.failed | wc -l)" -eq 1 ]
}

@test "milestones are reached once their tasks are done, and skipped when all of them were" {
	onboarding home >number
	task-done -q CS0001001/check-credit --outcome=approved >finished
	task-done -q CS0001001/create-account >finished
	[ "$(events CS0001001 milestone.reached | wc -l)" -eq 0 ]
	task-done -q CS0001001/set-up-billing >finished
	case-trace --format=json CS0001001 | jq -c 'select(.type | startswith("milestone"))' >out
	shows '[.type, (.data | tostring | contains("account-ready"), contains("service-live"))]' \
		'["milestone.skipped",false,true] ["milestone.reached",true,false]'
}

@test "when the last task is done the workflow is finished and the case fulfilled" {
	intake "Copy of the contract" >number
	case-get CS0001001 >before
	shows .progress '"dispatched"' before
	task-done -q CS0001001/handle >finished
	case-get CS0001001 >after
	shows '[.progress, .state]' '["fulfilled","open"]' after
	[ "$(events CS0001001 workflow.finished | wc -l)" -eq 1 ]
	[ "$(events CS0001001 milestone.reached | wc -l)" -eq 1 ]
	store-check
}

@test "a case stays with the workflow of its commit, whatever is changed later" {
	intake "before" >number
	policy_edit workflows/general.json '.tasks = {"look": {}, "act": {needs: ["look"]}} | .milestones = {handled: {after: ["act"]}}'
	intake "after" >number
	git -C "$CASEWORK_CONFIG" reset -q --hard HEAD~1
	git -C "$CASEWORK_CONFIG" reflog expire --expire=now --all
	git -C "$CASEWORK_CONFIG" gc -q --prune=now
	task-done -q CS0001001/handle >finished
	task-done -q CS0001002/look >finished
	case-get CS0001001 >first
	shows .progress '"fulfilled"' first
	states CS0001002 >out
	shows . '["look","completed"] ["act","ready"]'
}

@test "a case that is dispatched already is unchanged" {
	intake "Line down" >number
	expect_status 0 task-dispatch -q CS0001001
	shows '[.unchanged, (.tasks | length)]' '[true,1]'
	[ "$(count task)" -eq 1 ]
}

@test "a case that is not routed is rejected" {
	new_case "Line down" >number
	expect_status 65 task-dispatch -q -r rejects CS0001001
	shows .error.code '"not_ready"' rejects
}

@test "what is due is when it is ready and what is expected of it" {
	routed case_type=broadband-fault 'fields={"line":"L1"}' "Slow" >number
	expect_status 0 task-dispatch -q CS0001001
	shows '.tasks[0].due_at' '"2026-03-02T10:00:00.000000Z"'
	at 09:30
	task-done -q CS0001001/test-line --outcome=network >finished
	task-get CS0001001/repair-network >task
	shows '[.ready_at, .due_at]' '["2026-03-02T09:30:00.000000Z","2026-03-02T11:30:00.000000Z"]' task
}

@test "--pending dispatches what waits" {
	routed impact=3 "low" >number
	routed impact=1 urgency=1 "critical" >number
	new_case "not routed yet" >number
	expect_status 0 task-dispatch -q --pending
	shows .short_description '"critical" "low"'
	expect_status 0 task-dispatch -q --pending
	nothing_in out
}

@test "a case that fails after it wrote costs its neighbours of --pending nothing" {
	requests 5 | case-new -q | case-enrich -q | case-route -q >routed
	sqlite3 "$CASEWORK_STORE" "CREATE TRIGGER no_task BEFORE INSERT ON task WHEN NEW.case_id = 1003 BEGIN SELECT RAISE(ABORT, 'no task'); END"
	expect_status 65 task-dispatch -q --pending
	shows .number '"CS0001001" "CS0001002" "CS0001004" "CS0001005"'
	tells 'no task'
	sqlite3 "$CASEWORK_STORE" "DROP TRIGGER no_task"
	case-list --failed --format=json >failed
	shows .number '"CS0001003"' failed
	store-check
}
