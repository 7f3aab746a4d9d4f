#!/usr/bin/env bats
# case-trace: the journal's bytes, and the timeline.

load helper

# The page's six lines of shell: follows the chain, whatever made it.
verify() {
	local previous hash line
	previous=$(printf '%064d' 0)
	while IFS=$'\t' read -r hash line; do
		previous=$({ printf %s "$previous" | xxd -r -p; printf %s "$line"; } | sha256sum | cut -d' ' -f1)
		[ "$previous" = "$hash" ] || return 1
	done
}

more_setup_file() {
	at 09:00
	case-intake -q account=ACME contact=acme-noc impact=1 urgency=1 case_type=broadband-fault asset=L30001 \
		'fields={"line":"L30001","symptom":"no_sync"}' opened_at=2026-03-02T08:30:00Z "Line down" >"$HOME/case.json"
}

@test "json prints each event as it is kept, and --hashes the hashes that shell can follow" {
	expect_status 0 case-trace --format=json CS0001001
	[ "$(jq -r .seq out)" = "$(seq "$(wc -l <out)")" ]
	[ "$(sqlite3 "$CASEWORK_STORE" "SELECT body FROM event WHERE subject = 'CS0001001' ORDER BY seq")" = "$(cat out)" ]
	expect_status 0 case-trace --hashes CS0001001
	verify <out
	sed 's/"impact":1/"impact":2/' out >edited
	run -1 verify <edited
}

@test "personal values stand in the journal as digests, and are put back on demand" {
	[ "$(case-trace CS0001001 | grep -c "Line down")" -eq 0 ]
	expect_status 0 case-trace --values CS0001001
	shows '.data.record.short_description' '"Line down"' <(head -n 1 out)
	sqlite3 "$CASEWORK_STORE" "DELETE FROM event_value"
	case-trace --values CS0001001 | head -n 1 | jq -e '.data.record.short_description.sha256'
	expect_status 0 case-trace --format=text CS0001001
	tells "(erased)" out
}

@test "the timeline says who did what, when and by which rule" {
	commit=$(jq -r .config "$HOME/case.json")
	at 10:15
	as noc-1 task-done -q CS0001001/test-line --outcome=premises >/dev/null
	expect_status 0 case-trace --format=text CS0001001
	tells "CS0001001  Line down" out
	tells "Mon 2026-03-02 UTC" out
	tells "of assignment at ${commit:0:7})" out
	grep -q '^  10:15:00 *+1h 15m  noc-1 .*task test-line taken by noc-1 after 1h 15m$' out
	tells "task visit-premises is ready for field-service, since test-line is done" out
	grep -q '^  test-line .* noc / noc-1 .* completed .* premises ' out
	grep -q '^  CLOCK ' out
}

@test "what a late tick tells keeps its place and says when it was" {
	at 12:00
	sla-check -q >/dev/null
	expect_status 0 case-trace --format=text CS0001001
	grep -q 'BREACHED (at 2026-03-02 ' out
	[ "$(grep -c ' UTC$' out)" -eq 1 ]
}

@test "a terminal's width folds the words and nothing else" {
	COLUMNS=80 expect_status 0 case-trace --format=text CS0001001
	[ "$(sed -n '/UTC$/,/^$/p' out | awk '{ if (length($0) > n) n = length($0) } END { print n }')" -le 80 ]
}

@test "hostile text cannot move the terminal" {
	printf '{"short_description":"x","description":"y"}' | case-new -q >/dev/null
	number=$(case-list --sort=-number --limit=1 | jq -r .number)
	jq -nc --arg n "$number" '{number: $n, text: "evil\ttab\nnew line \u202e"}' | case-comment -q >/dev/null
	expect_status 0 case-trace --format=text "$number"
	tells 'internal note' out
	tells '"evil tab new line' out
	run -1 grep -P '[\x00-\x08\x0b-\x1f\x7f]' out
}

@test "any chain can be read, and one that is not there is told" {
	expect_status 0 case-trace store
	shows .type '"store.created"'
	expect_status 0 case-trace account/ACME --format=text
	expect_status 65 case-trace CS0009999 CS0001001
	tells "case-trace: CS0009999: no such case"
	[ -s out ]
	expect_status 64 case-trace
	expect_status 64 case-trace --format=xml CS0001001
	expect_status 64 case-trace --format=text --hashes CS0001001
	expect_status 64 case-trace --values --hashes CS0001001
}
