#!/usr/bin/env bats
# reject-list, reject-drop: what could not become a case is not lost.

load helper

more_setup() {
	printf '%s\n' '{"source":"s","external_id":"1","short_description":"a","impact":"severe"}' \
		'{"source":"s","external_id":"2"' '{"source":"s","external_id":"3"}' '{"short_description":"good"}' >requests
	case-new -q <requests >made 2>told || [ $? -eq 65 ]
}

@test "rejects are listed with name, count and times" {
	expect_status 0 reject-list
	[ "$(wc -l <out)" -eq 3 ]
	jq -se 'all(.[]; (.reject | test("^[0-9a-f]{12}$")) and .count == 1 and .first_at == .last_at)' out
	jq -se 'any(.[]; .error.pointer == "/impact" and .record.external_id == "1" and .line == 1)' out
	jq -se 'any(.[]; .raw)' out
	expect_status 0 reject-list --limit=2
	[ "$(wc -l <out)" -eq 2 ]
}

@test "the same content again is counted, not kept twice" {
	at 10:00
	case-new -q <requests >made 2>told || [ $? -eq 65 ]
	expect_status 0 reject-list
	jq -se 'length == 3 and all(.[]; .count == 2 and .last_at > .first_at)' out
}

@test "--records prints what case-new can try again, and says what it leaves out" {
	expect_status 0 reject-list --records
	[ "$(jq -r .external_id out | sort | paste -sd ' ')" = "1 3" ]
	tells "1 left out"
	expect_status 0 reject-list --records -q
	nothing_in err
	jq -c '.impact = 1 | .short_description //= "mended"' out | case-new -q >/dev/null
	expect_status 0 reject-list
	[ "$(wc -l <out)" -eq 1 ]
}

@test "a reject is dropped by its name, or by the beginning of it" {
	mapfile -t names < <(reject-list | jq -r .reject)
	expect_status 65 reject-drop "${names[0]}" "${names[1]:0:8}" 000000000000 xyz
	shows .dropped 'true' <(head -n 1 out)
	[ "$(wc -l <out)" -eq 2 ]
	[ "$(wc -l <err)" -eq 2 ]
	[ "$(reject-list | jq -r .reject)" = "${names[2]}" ]
}

@test "all are dropped at once, but not by a dry run" {
	expect_status 0 reject-drop -n --all
	shows . '{"dropped": 3, "dry_run": true}'
	[ "$(reject-list | wc -l)" -eq 3 ]
	expect_status 0 reject-drop --all
	expect_status 0 reject-list
	nothing_in out
	expect_status 0 reject-drop --all
	expect_status 64 reject-drop
	expect_status 64 reject-drop --all abc
}
