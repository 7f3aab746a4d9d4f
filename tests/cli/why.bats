#!/usr/bin/env bats
# case-why: every decision with its rule, file, line, commit and author.

load helper

# by NAME COMMAND...: what it commits is that author's, of the first of March at noon in Berlin.
by() {
	GIT_AUTHOR_NAME=$1 GIT_AUTHOR_EMAIL=${1,,}@example.org GIT_AUTHOR_DATE='2026-03-01T12:00:00+01:00' "${@:2}"
}

commit() {
	git -C "$CASEWORK_CONFIG" rev-parse "${1:-HEAD}"
}

# line_of FILE TEXT [COMMIT]: of the first line with the text, as grep counts.
line_of() {
	git -C "$CASEWORK_CONFIG" show "${3:-HEAD}:$1" | grep -nF -m 1 "$2" | cut -d : -f 1
}

poem_to() { # GROUP
	policy_edit routing/assignment.json '.rules |= [{id: "poems", when: {category: "poetry"}, then: {assignment_group: "'"$1"'"}}]
		+ map(select(.id != "poems"))'
}

routed() {
	case-new -q "$@" | case-enrich -q | case-route -q >routed
}

# why FILTER NUMBER: the decisions for which the filter holds.
why() {
	expect_status 0 case-why --format=json "$2"
	jq -c "select($1)" out >chosen
	mv chosen out
}

@test "a rule is told with its file and line, and the commit with its author, date and subject" {
	by Maria policy_edit casework.json '.default_group = "support"'
	by Maria poem_to finance
	routed category=poetry "A poem"
	why '.decision == "assignment"' CS0001001
	shows '[.case, .event, .rule, .file, .author, .date, .subject]' \
		'["CS0001001","case.routed","poems","routing/assignment.json","Maria <maria@example.org>","2026-03-01T11:00:00.000000Z","routing/assignment.json"]'
	shows '[.commit, .line]' "[\"$(commit)\", $(line_of routing/assignment.json '"id": "poems"')]"
	shows '[.changes.assignment_group, .reason.table, has("commit_missing")]' '[[null,"finance"],"assignment",false]'
	events CS0001001 case.routed >event
	[ "$(jq -c '[.seq, .at]' out)" = "$(jq -c '[.seq, .at]' event)" ]
}

@test "each case is told by the commit it was decided under, and --again adds the other" {
	by Maria poem_to finance
	routed category=poetry "A poem"
	by Omar poem_to billing
	routed category=poetry "Another"
	why '.decision == "assignment"' CS0001001
	shows '[.author, .commit, .changes.assignment_group[1]]' "[\"Maria <maria@example.org>\", \"$(commit HEAD~1)\", \"finance\"]"
	why '.decision == "assignment"' CS0001002
	shows '[.author, .commit, .changes.assignment_group[1]]' "[\"Omar <omar@example.org>\", \"$(commit)\", \"billing\"]"
	by Omar policy_edit routing/assignment.json '.rules |= [.[1], .[0]] + .[2:]'
	case-route -q --again --reason="new rules" CS0001001 >again
	why '.decision == "assignment"' CS0001001
	shows '[.author, .commit, .line]' \
		"[\"Maria <maria@example.org>\", \"$(commit HEAD~2)\", $(line_of routing/assignment.json '"id": "poems"' HEAD~2)]
		 [\"Omar <omar@example.org>\", \"$(commit)\", $(line_of routing/assignment.json '"id": "poems"')]"
	[ "$(jq -s '.[0].line == .[1].line' out)" = false ]
	[ "$(jq -r .operator_reason out | tail -n 1)" = "new rules" ]
}

@test "the matrix and the default group are lines of casework.json" {
	policy_edit routing/assignment.json 'del(.default)'
	routed category=poetry "A poem"
	why '.file == "casework.json"' CS0001001
	shows '[.event, .decision, .line, .rule, .default]' \
		"[\"case.created\",\"priority\",$(line_of casework.json '"priority"'),null,null]
		 [\"case.routed\",\"assignment\",$(line_of casework.json '"default_group"'),null,null]"
	shows .reason '{"table":"matrix","impact":3,"urgency":3} {"default_group":"triage"}'
	shows .changes.priority '[null,4] null'
}

@test "a setting that casework.json leaves out has no line" {
	policy_edit casework.json 'del(.priority)'
	routed "x"
	why '.decision == "priority"' CS0001001
	shows '[.file, has("line"), has("problem")]' '["casework.json",false,false]'
}

@test "the default of a table is told as such, with the rule that came nearest" {
	routed category=poetry "A poem"
	why '.decision == "assignment"' CS0001001
	shows '[.default, .line, .rule, (.reason.nearest.rule | type)]' \
		"[true,$(line_of routing/assignment.json '"default"'),null,\"string\"]"
}

@test "a rule on the priority is a decision of its own" {
	routed contact=acme-noc impact=2 urgency=2 "Help"
	why '.event == "case.prioritised"' CS0001001
	shows '[.decision, .rule, .file, .line, .changes.priority]' \
		"[\"priority\",\"premium-customer\",\"routing/priority.json\",$(line_of routing/priority.json '"id": "premium-customer"'),[3,2]]"
}

@test "who has the case is told with the reason as the journal has it, and the file of the group" {
	routed category=outage "Line down"
	why '.decision == "person"' CS0001001
	shows '[.event, .file, .line]' '["case.assigned","groups/noc.json",1]'
	events CS0001001 case.assigned >event
	[ "$(jq -c .reason out)" = "$(jq -c .data.reason event)" ]
}

@test "what people decide is told with their name and without a rule" {
	routed category=outage "Line down"
	as maria case-update -q CS0001001 assignment_group=finance assigned_to=finance-1 >updated
	as maria case-update -q CS0001001 category=poetry >updated
	why '.decision == "manual"' CS0001001
	shows '[.event, .actor, .rule, .file, .commit, .changes.assignment_group]' \
		'["case.updated","maria",null,null,null,["noc","finance"]]'
	expect_status 0 case-why --format=text CS0001001
	tells "manual by maria: assignment_group noc -> finance" out
}

@test "a priority by hand is a decision, and so is giving it back to the rules" {
	routed "Calm"
	as maria case-update -q CS0001001 priority=1 >updated
	as omar case-update -q CS0001001 priority=auto >updated
	why '.decision == "manual"' CS0001001
	shows '[.actor, .changes.priority]' '["maria",[4,1]] ["omar",null]'
	why '.event == "case.prioritised"' CS0001001
	shows '[.reason.table, .changes.priority]' '["matrix",[1,4]]'
}

@test "an offer is answered by hand; one that nobody answered is taken back by its group" {
	policy_edit groups/noc.json '. + {offer: {timeout: "PT15M"}}'
	routed category=outage "Line down"
	as "$(jq -r .assigned_to routed)" case-update -q --decline --reason="on leave" CS0001001 >declined
	why '.event == "case.declined"' CS0001001
	shows '[.decision, .actor, .reason, .file]' "[\"manual\",$(jq .assigned_to routed),\"on leave\",null]"
	expect_status 0 case-why --format=text CS0001001
	tells "manual by $(jq -r .assigned_to routed): \"on leave\"" out
	case-route -q --pending >offered
	at 10:00
	case-route -q --pending >offered
	why '.event == "case.declined"' CS0001001
	tail -n 1 out >last
	shows '[.decision, .actor, .reason, .file]' '["person",null,"timeout","groups/noc.json"]' last
}

@test "a group that stays since it was set by hand names whose hand it was" {
	new_case category=outage "Line down" >number
	case-enrich -q CS0001001 >enriched
	as maria case-update -q CS0001001 assignment_group=finance >updated
	case-route -q CS0001001 >routed
	why '.event == "case.routed"' CS0001001
	shows '[.decision, .actor, .file]' '["manual","maria",null]'
}

@test "workflow and service levels are told with what chose them" {
	intake category=outage asset=L30001 contact=acme-noc impact=1 urgency=1 "Line down" >number
	intake case_type=broadband-fault 'fields={"line":"L30001","symptom":"slow"}' "Slow" >number
	why '.decision == "workflow"' CS0001001
	shows '[.event, .rule, .file, .line, .changes.workflow[1]]' \
		"[\"workflow.started\",\"outage-of-a-known-line\",\"routing/workflow.json\",$(line_of routing/workflow.json '"id": "outage-of')
		 ,\"broadband-repair\"]"
	why '.decision == "workflow"' CS0001002
	shows '[.rule, .file, .line, .reason.case_type]' \
		"[null,\"case-types/broadband-fault.json\",$(line_of case-types/broadband-fault.json '"workflow"'),\"broadband-fault\"]"
	why '.decision == "sla"' CS0001001
	shows 'select(.sla == "resolution-critical") | [.event, .file, .line, .commit]' \
		"[\"sla.attached\",\"sla/resolution-critical.json\",1,\"$(commit)\"]"
	[ "$(jq -r .sla out | sort)" = "$(events CS0001001 sla.attached | jq -r .data.sla.name | sort)" ]
}

@test "a commit that git has lost is still told with rule and line, out of the store" {
	by Maria poem_to finance
	routed category=poetry "A poem"
	lost=$(commit) line=$(line_of routing/assignment.json '"id": "poems"')
	git -C "$CASEWORK_CONFIG" reset -q --hard HEAD~1
	git -C "$CASEWORK_CONFIG" reflog expire --expire=now --all
	git -C "$CASEWORK_CONFIG" gc -q --prune=now
	why '.decision == "assignment"' CS0001001
	shows '[.rule, .line, .commit, .commit_missing]' "[\"poems\",$line,\"$lost\",true]"
	shows '[has("author"), has("date"), has("subject"), has("problem")]' '[false,false,false,false]'
	expect_status 0 case-why --format=text CS0001001
	tells "${lost:0:7} is not in the repository" out
}

@test "without a repository the store tells what it has, with a warning" {
	routed category=outage "Line down"
	line=$(line_of routing/assignment.json '"id": "outage"')
	rm -r "$CASEWORK_CONFIG"
	expect_status 0 case-why --format=json CS0001001
	shows 'select(.rule == "outage") | [.line, .commit_missing]' "[$line,true]"
	tells "$CASEWORK_CONFIG"
	expect_status 0 case-why -q --format=json CS0001001
	nothing_in err
}

@test "what the store has not kept comes from git; what nobody has is a problem, not an error" {
	routed category=outage "Line down"
	sqlite3 "$CASEWORK_STORE" 'DELETE FROM policy_tree'
	why '.rule == "outage"' CS0001001
	shows '[.line, has("problem")]' "[$(line_of routing/assignment.json '"id": "outage"'),false]"
	rm -r "$CASEWORK_CONFIG"
	why '.rule == "outage"' CS0001001
	shows '[.file, has("line"), .commit_missing]' '["routing/assignment.json",false,true]'
	shows .problem '"neither the store nor the repository has routing/assignment.json of that commit"'
}

@test "several rules that fired are told in their order, each with its line" {
	policy_edit routing/assignment.json '.policy = "collect" | .rules |= [
		{id: "mark", when: {category: "outage"}, then: {tags: ["marked"]}}] + .'
	routed category=outage "Line down"
	why '.decision == "assignment"' CS0001001
	shows '[.rules, .rule, .line, .lines]' "[[\"mark\",\"outage\"],null,$(line_of routing/assignment.json '"id": "mark"'),
		[$(line_of routing/assignment.json '"id": "mark"'),$(line_of routing/assignment.json '"id": "outage"')]]"
}

@test "text takes at most two lines a decision, and masks what a commit's author wrote" {
	GIT_AUTHOR_NAME=$'Ev\e[31mil' poem_to finance
	routed category=poetry "A poem"
	expect_status 0 case-why --format=text CS0001001
	case-why CS0001001 >decisions
	[ "$(wc -l <out)" -le $((1 + 2 * $(wc -l <decisions))) ]
	tells 'assignment by rule poems (routing/assignment.json:' out
	tells 'Ev\x1B[31mil' out
	[ "$(head -n 1 out)" = CS0001001 ]
}

@test "several cases are told in their order; one that is not there costs 65 and not the others" {
	routed "x"
	routed "y"
	expect_status 65 case-why CS0001002 CS0009999 CS0001001
	[ "$(jq -r .case out | uniq | paste -sd ' ')" = "CS0001002 CS0001001" ]
	tells "case-why: CS0009999: no"
	expect_status 64 case-why
	expect_status 64 case-why --format=xml CS0001001
	expect_status 65 case-why store
}
