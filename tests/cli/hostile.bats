#!/usr/bin/env bats
# Hostile input, to the sanitized tools where there are any: no crash, no lost neighbour.

load helper

setup() {
	[ -n "${CASEWORK_TEST_DATA:-}" ] && [ -d "$CASEWORK_TEST_DATA/json" ] || skip "CASEWORK_TEST_DATA names no folder with json/"
	use_tools
	[ -d "${CASEWORK_SAN_BIN:-}" ] && use_tools "$CASEWORK_SAN_BIN"
	fresh_store "$BATS_TEST_TMPDIR/store"
	mkdir -p "$BATS_TEST_TMPDIR/work"
	cd "$BATS_TEST_TMPDIR/work" || return
}

# survived STATUS: neither a signal nor a sanitizer ended the tool (it would say so in err).
survived() {
	if [ "$1" -ne 0 ] && [ "$1" -ne 65 ] || grep -qE 'AddressSanitizer|LeakSanitizer|runtime error:' err; then
		echo "status $1"
		grep -vE '^case-[a-z]*: line' err | head -n 40
		return 1
	fi
}

# between FOLDER: its files as one stream, each between good records. Two after each, so that one that begins a value and
# leaves it open does not get its end from the next.
between() {
	local file n=0
	for file in "$1"/*; do
		cat "$file"
		printf '\n'
		n=$((n + 1))
		printf '{"source":"good","external_id":"%s","short_description":"good"}\n' $n-a $n-b
	done
}

# every_good_record N: those of N files are there.
every_good_record() {
	sqlite3 "$CASEWORK_STORE" "SELECT external_id FROM cases WHERE source = 'good'" | sort >there
	for n in $(seq "$1"); do printf '%s\n' "$n-a" "$n-b"; done | sort >wanted
	comm -13 there wanted >lost
	nothing_in lost
}

@test "each hostile text of the suite costs no neighbour and no crash" {
	local status=0
	mkdir suite
	jq -r '[.base64] | @tsv' "$CASEWORK_TEST_DATA/json/JSONTestSuite.jsonl" | awk '{ f = sprintf("suite/%04d", NR); print > f; close(f) }'
	for file in suite/*; do base64 -d <"$file" >"$file.bytes"; rm "$file"; done
	between suite >in
	case-new -q -r rejects <in >out 2>err || status=$?
	survived "$status"
	every_good_record "$(find suite -type f | wc -l)"
	store-check
}

@test "each hostile text of the suite, as a member of a record, is taken or rejected as the suite says" {
	local status=0 line
	# texts of one line and of valid UTF-8; a line each, so that the line tells which it was
	jq -c 'select(.expect != "either" and .expect != "transform") | (.base64 | @base64d) as $text
		| select(($text | @base64) == .base64 and ($text | test("[\n\r\u0000]") | not) and ($text | length) < 10000)' \
		"$CASEWORK_TEST_DATA/json/JSONTestSuite.jsonl" >tests
	[ "$(wc -l <tests)" -gt 80 ]
	jq -r '(.base64 | @base64d) as $text | "{\"source\":\"suite\",\"external_id\":\"\(input_line_number)\",\"short_description\":\"x\",\"value\":\($text)}"' tests >in
	case-new -q -r rejects <in >out 2>err || status=$?
	survived "$status"
	# what the suite rejects must not be taken; what it accepts may break a rule of ours (a member twice, a zero byte)
	jq -r .external_id out | sort -n >taken
	: >wrong
	while read -r line; do
		sed -n "${line}p" tests | jq -r 'select(.expect == "reject") | .name' >>wrong
	done <taken
	nothing_in wrong
	[ "$(wc -l <taken)" -gt 30 ]
}

@test "every naughty string comes back as it was, or is rejected for its control characters or for being blank" {
	local status=0
	jq -c '{source: "blns", external_id: "\(.n)", short_description: .s, description: .s, account: "A", tags: [.s | select(length > 0)], fields: {naughty: .s}}' \
		"$CASEWORK_TEST_DATA/json/blns.jsonl" >in
	case-new -q -r rejects <in >captured 2>err || status=$?
	survived "$status"
	[ "$(($(wc -l <captured) + $(wc -l <rejects)))" -eq "$(wc -l <in)" ]
	jq -r .error.code rejects | sort | uniq -c >codes
	jq -c 'select(.record.short_description | test("^[^\u0000-\u001f\u007f-\u009f]+$") and test("[^ ]")) | select(length <= 1000)' rejects |
		jq -c 'select((.record.short_description | length) <= 1000 and (.error.pointer | test("^/(tags|account)") | not))' >innocent
	nothing_in innocent
	jq -cS '[.external_id, .short_description, .description, .fields.naughty]' captured | sort >got
	jq -cS '[.external_id, .short_description, .description, .fields.naughty]' in | sort >sent
	comm -23 got sent >changed
	nothing_in changed
	case-enrich -q <captured 2>err | case-route -q 2>>err | task-dispatch -q 2>>err >dispatched || status=$?
	survived "$status"
	[ "$(wc -l <dispatched)" -eq "$(wc -l <captured)" ]
	store-check
}

@test "naughty strings as references, contacts and comments cost no crash" {
	local status=0
	jq -c '{short_description: "x", contact: .s, account: .s, asset: .s, category: .s, external_id: .s, source: "refs"}' \
		"$CASEWORK_TEST_DATA/json/blns.jsonl" >in
	case-intake -q -r rejects <in >out 2>err || status=$?
	survived "$status"
	jq -c '{number: "CS0001001", text: .s}' "$CASEWORK_TEST_DATA/json/blns.jsonl" >comments
	case-comment -q --public <comments >out 2>err || status=$?
	survived "$status"
	jq -c '{number: "CS0001001", patch: {description: .s, fields: {(.s): .s}}}' "$CASEWORK_TEST_DATA/json/blns.jsonl" >patches
	case-update -q <patches >out 2>err || status=$?
	survived "$status"
	jq -c '{kind: "contact", key: .s, name: .s, email: .s, phone: .s}' "$CASEWORK_TEST_DATA/json/blns.jsonl" >contacts
	crm-put -q <contacts >out 2>err || status=$?
	survived "$status"
	case-trace --format=text CS0001001 >trace 2>err || status=$?
	survived "$status"
	run ! grep -q "$(printf '[\033\007]')" trace
	store-check
}
