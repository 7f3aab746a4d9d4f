#!/usr/bin/env bats
# A real log of incidents goes through the pipe.

load helper

@test "12,459 incidents of a real log become as many cases with the priorities they had, once" {
	local log=${CASEWORK_TEST_DATA:-}/cases/uci_incident_event_log.part1.csv.gz stage
	[ -n "${CASEWORK_TEST_DATA:-}" ] && [ -e "$log" ] || skip "CASEWORK_TEST_DATA names no folder with cases/uci_incident_event_log.part1.csv.gz"
	at 2016-06-01T00:00
	"$BATS_TEST_DIRNAME/uci-requests.sh" "$log" >log
	jq -c 'del(.first_priority)' log >requests
	[ "$(wc -l <requests)" -eq 12459 ]

	case-new <requests 2>err-1 | case-enrich 2>err-2 | case-route 2>err-3 | task-dispatch 2>err-4 >dispatched
	for stage in 1 2 3 4; do
		grep -q '^12459 read, ' "err-$stage" || { cat "err-$stage"; return 1; }
	done
	[ "$(wc -l <dispatched)" -eq 12459 ]
	[ "$(count cases)" -eq 12459 ]
	[ "$(count "cases WHERE progress = 'dispatched'")" -eq 12459 ]
	[ "$(count reject)" -eq 0 ]

	jq -r '[.external_id, .first_priority[:1]] | @tsv' log | sort >wanted
	case-list --fields=external_id,priority --format=json | jq -r '[.external_id, .priority] | @tsv' | sort >got
	diff wanted got

	case-new <requests 2>err | case-enrich -q | case-route -q | task-dispatch -q >again
	tells '12459 read, 12459 duplicate'
	[ "$(count cases)" -eq 12459 ]
	jq -c 'select(.differs)' again >differing
	nothing_in differing
	expect_status 0 store-check
}
