#!/usr/bin/env bats
# The journal: every change is an event, the events of a subject are a chain, and what is personal can be erased.
# (store.bats has what store-check finds.)

load helper

# A case that has seen everything: captured, routed, worked, sent back, waiting, told of, resolved, reopened, closed.
more_setup_file() {
	intake case_type=broadband-fault contact=acme-noc asset=L30011 impact=1 urgency=1 \
		'fields={"line":"L30011","callback":"+49 30 5550106"}' description="It crackles" "Line dead"
	as noc-1 task-claim -q CS0001001/test-line
	as noc-1 task-update -q --block=vendor --reason="no part" CS0001001/test-line
	as noc-1 task-update -q --unblock CS0001001/test-line
	as noc-1 task-done -q CS0001001/test-line --outcome=network
	as noc-2 task-done -q CS0001001/repair-network --send-back=test-line --reason="measure again"
	at 10:00
	case-comment -q --public CS0001001 "we look at it"
	case-update -q --wait-for=customer CS0001001
	case-comment -q --from=acme-noc CS0001001 "go on"
	case-update -q --wait-for=customer CS0001001
	case-update -q --resume CS0001001
	as noc-1 task-done -q CS0001001/test-line~2 --outcome=no_fault_found
	at 15:00
	sla-check -q
	as support-1 task-done -q CS0001001/explain-finding~2
	case-resolve -q --code=solved --notes="it was the socket" CS0001001
	case-update -q --reopen CS0001001
	case-resolve -q --code=no_fault_found CS0001001
	case-close -q CS0001001
} >/dev/null

# verified: the chain on standard input (HASH, tab, EVENT a line) holds. Nothing of casework is used.
verified() {
	local previous hash event
	previous=$(printf %064d 0)
	while IFS=$'\t' read -r hash event; do
		previous=$({ printf %s "$previous" | tr a-f A-F | basenc --base16 -d; printf %s "$event"; } | sha256sum | cut -c-64)
		[ "$previous" = "$hash" ] || { echo "broken at $event"; return 1; }
	done
}

@test "a chain is verified by six lines of shell" {
	case-trace --hashes --format=json CS0001001 >chain
	[ "$(wc -l <chain)" -gt 40 ]
	verified <chain
}

@test "the six lines find an event that was changed, put in, or taken out" {
	case-trace --hashes --format=json CS0001001 >chain
	run ! verified < <(sed '7s/"seq":7/"seq":8/' chain)
	run ! verified < <(sed '7p' chain)
	run ! verified < <(sed '7d' chain)
	run ! verified < <(sed '1d' chain)
}

@test "the seq of a chain goes up by one, and its last is the seq of the case" {
	events CS0001001 | jq .seq >seqs
	[ "$(cat seqs)" = "$(seq "$(wc -l <seqs)")" ]
	[ "$(tail -n 1 seqs)" = "$(case-get CS0001001 | jq .seq)" ]
}

@test "the order of the journal never goes back in time, but for what was true earlier" {
	events CS0001001 >all
	[ "$(jq -r .recorded_at all)" = "$(jq -r .recorded_at all | sort)" ]
	jq -c 'select(.at > .recorded_at)' all >ahead
	nothing_in ahead
	jq -r 'select(.at < .recorded_at) | .type' all | sort -u >earlier
	[ "$(grep -cv '^sla\.' earlier)" -eq 0 ]
}

@test "a clock that is set back makes no event earlier than the last of its case" {
	at 08:00
	case-new -q "early" >out
	at 12:00
	case-update -q CS0001002 impact=1 >out
	at 10:00
	case-update -q CS0001002 impact=2 >out
	events CS0001002 case.updated >changes
	shows '[.at[11:16], .recorded_at[11:16]]' '["12:00","12:00"] ["12:00","10:00"]' changes
	store-check
}

@test "every event says who, with which uid and tool, and under which commit of the policy" {
	events CS0001001 >all
	shows 'select((.actor | length) == 0 or (.uid | type) != "number" or (.tool | length) == 0 or .subject != "CS0001001")' '' all
	[ "$(jq -r 'select(.type == "task.claimed") | .actor' all | head -n 1)" = noc-1 ]
	[ "$(jq -r 'select(.type | IN("case.routed", "workflow.started", "sla.attached")) | .config' all | sort -u)" = "$(git -C "$CASEWORK_CONFIG" rev-parse HEAD)" ]
}

@test "every kind of change has its event" {
	local type
	events CS0001001 | jq -r .type | sort -u >types
	for type in case.created case.enriched case.routed case.assigned case.commented case.waiting case.resumed case.resolved \
		case.reopened case.closed workflow.started workflow.finished milestone.reached milestone.skipped task.created task.ready \
		task.claimed task.blocked task.unblocked task.completed task.skipped task.sent_back sla.attached sla.paused sla.resumed \
		sla.warned sla.breached sla.completed sla.cancelled message.queued; do
		grep -qx "$type" types || { echo "no $type"; cat types; return 1; }
	done
}

@test "the changes of a case, one after the other, lead to the case" {
	events CS0001001 >all
	jq -nc 'reduce inputs as $e ({}; if $e.type == "case.created" then $e.data.record
		else reduce ($e.data.changes // {} | to_entries[]) as $c (.; if $c.value[1] == null then del(.[$c.key]) else .[$c.key] = $c.value[1] end) end)
		| {account, contact, product, impact, urgency, priority, state, progress, assignment_group, assigned_to, workflow, tags, resolution_code, closed_at}' all >replayed
	case-get CS0001001 | jq -c '{account, contact, product, impact, urgency, priority, state, progress, assignment_group, assigned_to, workflow, tags, resolution_code, closed_at}' >stored
	diff <(jq -S . stored) <(jq -S . replayed)
}

@test "each value before is what the last change left" {
	events CS0001001 | jq -nc '[inputs | walk(if type == "object" and has("sha256") then "digest" else . end)] | reduce .[] as $e ({now: {}, bad: []};
		if $e.type == "case.created" then .now = $e.data.record
		else reduce ($e.data.changes // {} | to_entries[]) as $c (.;
			(if .now[$c.key] != $c.value[0] then .bad += [[$e.seq, $c.key]] else . end) | .now[$c.key] = $c.value[1]) end) | .bad' >bad
	shows . '[]' bad
}

@test "nothing personal stands in the journal" {
	local text
	case-trace --format=json CS0001001 >all
	sqlite3 "$CASEWORK_STORE" "SELECT body FROM event" >>all
	for text in "Line dead" "It crackles" "acme-noc@example.org" "5550106" "Network desk" "we look at it" "go on" "it was the socket"; do
		run ! grep -qF "$text" all
	done
}

@test "a personal value's digest is that of its salt and its JSON" {
	sqlite3 -separator ' ' "$CASEWORK_STORE" "SELECT hex(v.salt), hex(v.value), e.body FROM event_value v JOIN event e ON e.id = v.event_id
		WHERE e.subject = 'CS0001001' AND v.pointer = '/data/record/short_description'" >row
	read -r salt value body <row
	[ "${#salt}" -eq 32 ]
	[ "$({ printf %s "$salt"; printf %s "$value"; } | basenc --base16 -d | sha256sum | cut -c-64)" = "$(jq -r .data.record.short_description.sha256 <<<"$body")" ]
}

@test "the same words have other digests elsewhere" {
	case-new -q "same words" >out
	case-new -q "same words" >out
	[ "$(events CS0001002 case.created | jq -c .data.record.short_description)" != "$(events CS0001003 case.created | jq -c .data.record.short_description)" ]
}

@test "a member that the case type marks personal is a digest too" {
	events CS0001001 case.created >created
	shows '.data.record.fields | [.line, (.callback | keys)]' '["L30011",["sha256"]]' created
	case-get CS0001001 >case
	shows .fields.callback '"+49 30 5550106"' case
}

@test "erased values leave the chain valid" {
	case-trace --hashes --format=json CS0001001 >before
	sqlite3 "$CASEWORK_STORE" "DELETE FROM event_value"
	case-trace --hashes --format=json CS0001001 >after
	cmp before after
	verified <after
	expect_status 0 store-check
}

@test "customers have chains of their own" {
	case-trace --hashes --format=json account/ACME >chain || skip "case-trace reads cases alone"
	verified <chain
}

@test "the journal of many cases holds" {
	requests 20 | case-intake -q >cases
	jq -r .number cases | while read -r number; do
		case-trace --hashes --format=json "$number" >chain
		verified <chain || exit 1
	done
	store-check
}
