#!/usr/bin/env bats
# case-list, case-get, task-list, task-get, sla-list, crm-get: what they choose, and how they print it.

load helper

more_setup_file() {
	at 09:00
	jq -nc 'range(9) | {
			source: "list", external_id: "\(.)", short_description: "request \(.)", impact: (. % 3 + 1), urgency: 1,
			account: ["ACME", "ORBIT", "QUARRY"][. % 3], opened_at: "2026-03-02T0\(9 - .):00:00Z"}
		+ if . % 3 == 0 then {case_type: "broadband-fault", fields: {line: "L1000\(.)", symptom: "no_sync"}} else {} end' |
		case-intake -q >"$HOME/cases"
}

numbers() {
	jq -r .number "${1:-out}" | paste -sd ' '
}

@test "cases are listed in the order of their numbers, or in the one that is asked for" {
	expect_status 0 case-list
	[ "$(numbers)" = "$(numbers "$HOME/cases")" ]
	expect_status 0 case-list --sort=opened_at
	[ "$(jq -r .opened_at out)" = "$(jq -r .opened_at out | sort)" ]
	expect_status 0 case-list --sort=-opened_at
	[ "$(jq -r .opened_at out)" = "$(jq -r .opened_at out | sort -r)" ]
	expect_status 0 case-list --sort=priority --limit=3
	[ "$(jq .priority out)" = "$(jq .priority out | sort)" ]
	[ "$(wc -l <out)" -eq 3 ]
	expect_status 64 case-list --sort=colour
	expect_status 64 case-list --sort=
}

@test "cases are chosen by state, progress, group, agent, account and type, all that are given" {
	expect_status 0 case-list --account=ACME --case-type=broadband-fault --active --state=open --progress=dispatched
	[ "$(wc -l <out)" -eq 3 ]
	group=$(head -n 1 out | jq -r .assignment_group)
	agent=$(head -n 1 out | jq -r .assigned_to)
	expect_status 0 case-list --group="$group" --agent="$agent"
	jq -se --arg g "$group" --arg a "$agent" 'length > 0 and all(.[]; .assignment_group == $g and .assigned_to == $a)' out
	expect_status 0 case-list --state=closed
	nothing_in out
	expect_status 64 case-list --state=ajar
	tells "expected one of new, open"
}

@test "--where takes a condition on the printed case" {
	expect_status 0 case-list --where='{"impact": {"$lte": 2}, "account": {"$ne": "ACME"}}'
	jq -se 'length == 3 and all(.[]; .impact == 2 and .account == "ORBIT")' out
	tier=$(crm-get account ACME | jq -r .tier)
	expect_status 0 case-list --where="{\"account.tier\": \"$tier\"}"
	jq -se --arg tier "$tier" 'length > 0 and all(.[]; .context.account.tier == $tier)' out
	expect_status 64 case-list --where='{'
	expect_status 64 case-list --where='{"a": {"$near": 1}}'
	tells '/a/$near'
}

@test "a row on which the pattern of --where runs away is told, and its neighbours are listed" {
	number=$(case-new -q "$(printf 'a%.0s' {1..60})!" | jq -r .number)
	expect_status 65 case-list --where='{"short_description": {"$regex": "request|(a+)+$"}}'
	[ "$(numbers)" = "$(numbers "$HOME/cases")" ]
	[ "$(cat err)" = "case-list: $number: pattern \"request|(a+)+\$\" runs away on a text of 61 bytes: too many steps" ]
	jq -nc '{kind: "account", key: "AAAA", name: ("a" * 60 + "!")}' | crm-put -q >put
	expect_status 65 crm-get account --where='{"name": {"$regex": "^Acme Machine Tools$|(a+)+$"}}'
	[ "$(jq -r .key out)" = ACME ]
	tells 'crm-get: AAAA: pattern'
}

@test "--fields picks members, also of the context" {
	expect_status 0 case-list --fields=priority,number,context.account.key --limit=1
	[ "$(cat out)" = '{"priority":1,"number":"CS0001001","context.account.key":"ACME"}' ]
	expect_status 0 case-list --format=csv --fields=number,account --limit=2
	[ "$(tr -d '\r' <out)" = $'number,account\nCS0001001,ACME\nCS0001002,ORBIT' ]
	expect_status 64 case-list --fields=number,number
	tells 'named twice'
	expect_status 0 case-list --format=text --limit=1
	[[ "$(head -n 1 out)" == NUMBER* ]]
}

@test "a list takes no operand, reads no input, and dies quietly with its reader" {
	expect_status 64 case-list CS0001001
	echo '{"number": "CS0001001"}' | case-list --limit=0 >out
	nothing_in out
	run -0 bash -c 'set -o pipefail; { case-list 2>err || [ $? -eq 141 ]; } | head -n 1'
	nothing_in err
}

@test "a failed case is listed with the error that stands against it" {
	policy_edit case-types/general.json 'del(.workflow)'
	policy_edit routing/workflow.json '.rules = []'
	number=$(new_case "a case that fails")
	case-enrich -q "$number" | case-route -q >/dev/null
	expect_status 65 task-dispatch -q "$number"
	expect_status 0 case-list --failed
	shows '[.number, .failed.stage, .failed.attempts]' "[\"$number\", \"task-dispatch\", 1]"
}

@test "case-get prints what there is and names what there is not" {
	expect_status 65 case-get CS0001002 CS0009999 CS0001001
	[ "$(numbers)" = "CS0001002 CS0001001" ]
	tells "case-get: CS0009999: "
	expect_status 65 case-get -q CS0009999
	tells CS0009999
	expect_status 64 case-get
	expect_status 0 case-get --tasks CS0001001
	jq -e '.context and (.tasks | length > 0) and .tasks[0].case == "CS0001001"' out
	case-list --limit=1 | cmp - <(case-get CS0001001)
}

@test "open tasks are listed, most urgent first" {
	expect_status 0 task-list
	[ "$(jq .priority out)" = "$(jq .priority out | sort)" ]
	jq -se 'length > 0 and all(.[]; .state == "pending" or .state == "ready" or .state == "claimed")' out
	expect_status 0 task-list --group=noc --state=ready
	jq -se 'length == 3 and all(.[]; .assignment_group == "noc" and .state == "ready")' out
	task=$(head -n 1 out | jq -r .task)
	as noc-1 task-done -q "$task" --outcome=premises >/dev/null
	expect_status 0 task-list --case="${task%/*}"
	[ "$(jq -r .task out | grep -cxF "$task")" -eq 0 ]
	expect_status 0 task-list --case="${task%/*}" --all
	[ "$(jq -r .task out | grep -cxF "$task")" -eq 1 ]
	expect_status 0 task-list --group=noc --agent=noc-1 --state=completed
	expect_status 0 task-list --due-before=2026-03-02T09:00:00Z
	nothing_in out
	expect_status 0 task-list --limit=2
	[ "$(wc -l <out)" -eq 2 ]
}

@test "task-get prints tasks by their full names" {
	task=$(task-list --limit=1 | jq -r .task)
	expect_status 65 task-get "$task" CS0001001/no-such not-a-task
	shows .task "\"$task\""
	[ "$(wc -l <err)" -eq 2 ]
}

@test "SLAs are listed as they stand now" {
	expect_status 0 sla-list CS0001001
	[ "$(jq -r .case out | uniq)" = CS0001001 ]
	before=$(jq .business_percentage out | head -n 1)
	at 09:10
	expect_status 0 sla-list CS0001001
	[ "$(jq -n --argjson a "$(jq .business_percentage out | head -n 1)" "\$a > $before")" = true ]
	all=$(sla-list | wc -l)
	expect_status 0 sla-list --active --breached
	[ "$(wc -l <out)" -lt "$all" ]
	jq -se 'all(.[]; .has_breached)' out
	expect_status 65 sla-list CS0001002 CS0009999
	[ "$(wc -l <out)" -gt 0 ]
}

@test "customer records are printed so that crm-put takes them back" {
	expect_status 0 crm-get --all
	[ "$(wc -l <out)" -eq "$(wc -l <"$HOME/customers.json")" ]
	cp out all
	crm-put -q <all >again
	[ "$(jq -c 'select(.unchanged != true)' again | wc -l)" -eq 0 ]
	make_store "$PWD/fresh"
	expect_status 0 crm-put -q <all
	crm-get --all | jq -c 'del(.seq)' | cmp - <(jq -c 'del(.seq)' all)
}

@test "crm-get prints a kind, or the keys that are named" {
	expect_status 0 crm-get account
	[ "$(jq -r .kind out | sort -u)" = account ]
	expect_status 0 crm-get account --where='{"tier": "gold"}'
	jq -se 'length > 0 and all(.[]; .tier == "gold")' out
	expect_status 65 crm-get account ACME NOBODY
	shows .key '"ACME"'
	tells "crm-get: NOBODY: "
	expect_status 64 crm-get
	expect_status 64 crm-get planet
	expect_status 64 crm-get --all account
}

@test "lists go over page after page" {
	requests 450 many | case-new -q >/dev/null
	expect_status 0 case-list
	[ "$(jq -r .number out | sort -u | wc -l)" -eq 459 ]
	expect_status 0 case-list --sort=-priority --limit=449
	[ "$(jq -r .number out | sort -u | wc -l)" -eq 449 ]
	jq -nc 'range(450) | {kind: "product", key: "p\(.)", name: "product \(.)"}' | crm-put -q >/dev/null
	expect_status 0 crm-get product
	[ "$(grep -c '"key":"p[0-9]*"' out)" -eq 450 ]
}
