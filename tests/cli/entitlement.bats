#!/usr/bin/env bats
# Entitlements: which one covers a case, and the units of those that have a limited number.

load helper

enriched() {
	local number
	number=$(new_case "$@")
	expect_status 0 case-enrich -q "$number"
}

# put KIND: the records on standard input, one a line.
put() {
	crm-put -q "$1" >put
}

# pack UNITS: an entitlement of QUARRY, who has no other.
pack() {
	echo "{\"key\":\"PACK\",\"account\":\"QUARRY\",\"units\":$1}" | put entitlement
}

# used N: so many units of it were used; reserved N: so many are kept for open cases.
used() {
	crm-get entitlement PACK >pack
	shows .used "$1" pack
}

reserved() {
	[ "$(sqlite3 "$CASEWORK_STORE" "SELECT reserved FROM entitlement WHERE key = 'PACK'")" -eq "$1" ]
}

resolve() {
	task-done -q "$1/handle" >finished
	case-resolve -q --code=solved "$1" >resolved
}

@test "the last unit is reserved for the case that takes it, and the next case goes without" {
	pack 1
	enriched account=QUARRY "First"
	shows '[.entitlement, .context.entitled, .context.nearest]' '["PACK",true,null]'
	enriched account=QUARRY "Second"
	shows '[.entitlement, .context.entitled, .context.nearest]' '[null,false,{"key":"PACK","why":"units"}]'
	reserved 1
	used null
	store-check
}

@test "the cases of one stream share what is promised for their product, and no unit of it twice" {
	put entitlement <<-'END'
		{"key":"PACK","product":"connectivity","units":2}
		{"key":"ALL","product":"hosting"}
	END
	for i in 1 2 3; do
		echo "{\"account\":\"QUARRY\",\"product\":\"fiber-250\",\"short_description\":\"line $i\"}"
		echo "{\"account\":\"QUARRY\",\"product\":\"hosting\",\"short_description\":\"site $i\"}"
	done | case-new -q | case-enrich -q >enriched
	[ "$(jq -c '[.entitlement, .context.nearest.why]' enriched | tr '\n' ' ')" = \
		'["PACK",null] ["ALL",null] ["PACK",null] ["ALL",null] [null,"units"] ["ALL",null] ' ]
	reserved 2
	store-check
}

@test "a unit is used when its case is resolved, which is an event of the entitlement" {
	local number
	pack 2
	number=$(intake account=QUARRY "Help")
	resolve "$number"
	used 1
	reserved 0
	sqlite3 "$CASEWORK_STORE" "SELECT body FROM event WHERE subject = 'entitlement/PACK' AND seq = 2" >event
	shows '[.type, .data]' '["record.updated",{"changes":{"used":[null,1]}}]' event
	shows .seq 2 pack
	store-check
	number=$(intake account=QUARRY "Help again")
	resolve "$number"
	used 2
	enriched account=QUARRY "Once too often"
	shows '.context | [.entitled, .nearest.why]' '[false,"units"]'
	store-check
}

@test "what is used already counts as gone" {
	echo '{"key":"PACK","account":"QUARRY","units":5,"used":5}' | put entitlement
	enriched account=QUARRY "Help"
	shows .context.nearest '{"key":"PACK","why":"units"}'
}

@test "a cancelled case gives its unit back, and the next case has it" {
	pack 1
	enriched account=QUARRY "First"
	case-update -q --cancel --reason=mistake CS0001001 >cancelled
	reserved 0
	enriched account=QUARRY "Second"
	shows .entitlement '"PACK"'
	used null
	store-check
}

@test "a reopened case keeps its unit, and does not use a second one" {
	local number
	pack 2
	number=$(intake account=QUARRY "Help")
	resolve "$number"
	case-update -q --reopen "$number" >reopened
	used 1
	case-resolve -q --code=solved "$number" >resolved
	used 1
	reserved 0
	store-check
}

@test "a case that is reopened and then cancelled gives back what it had used" {
	local number
	pack 1
	number=$(intake account=QUARRY "Help")
	resolve "$number"
	case-update -q --reopen "$number" >reopened
	case-update -q --cancel --reason=mistake "$number" >cancelled
	used 0
	enriched account=QUARRY "Next"
	shows .entitlement '"PACK"'
	store-check
}

@test "a unit is given back when --again chooses another entitlement" {
	pack 1
	enriched account=QUARRY product=voice "First"
	shows .entitlement '"PACK"'
	echo '{"key":"VOICE","account":"QUARRY","product":"voice"}' | put entitlement
	expect_status 0 case-enrich -q --again CS0001001
	shows .entitlement '"VOICE"'
	reserved 0
	enriched account=QUARRY "Second"
	shows .entitlement '"PACK"'
	store-check
}

@test "a unit moves on when --again chooses another entitlement with a limit" {
	pack 1
	enriched account=QUARRY product=voice "First"
	echo '{"key":"VOICE","account":"QUARRY","product":"voice","units":1}' | put entitlement
	case-enrich -q --again CS0001001 >again
	reserved 0
	enriched account=QUARRY product=voice "Second"
	shows .entitlement '"PACK"'
	enriched account=QUARRY product=voice "Third"
	shows .context.nearest '{"key":"VOICE","why":"units"}'
	[ "$(count entitlement_use)" -eq 2 ]
	store-check
}

@test "a case that holds the last unit keeps it when it is enriched again" {
	pack 1
	enriched account=QUARRY "Help"
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.unchanged, .entitlement]' '[true,"PACK"]'
	reserved 1
}

@test "a unit is given back when --again finds the entitlement suspended" {
	pack 1
	enriched account=QUARRY "Help"
	echo '{"key":"PACK","state":"suspended"}' | put entitlement
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.entitlement, .context.entitled, .context.nearest.why]' '[null,false,"suspended"]'
	reserved 0
	store-check
}

@test "an entitlement without a limit is held by nobody" {
	echo '{"key":"PACK","account":"QUARRY"}' | put entitlement
	resolve "$(intake account=QUARRY "Help")"
	used null
	reserved 0
	[ "$(count entitlement_use)" -eq 0 ]
}

@test "an entitlement that the request names and that has no unit left is not taken" {
	pack 1
	enriched account=QUARRY "First"
	enriched account=QUARRY entitlement=PACK "Second"
	shows '.context | [.entitled, .nearest]' '[false,{"key":"PACK","why":"units"}]'
	reserved 1
}

@test "a dry run reserves nothing" {
	pack 1
	new_case account=QUARRY "Help" >number
	expect_status 0 case-enrich -q -n CS0001001
	shows .entitlement '"PACK"'
	reserved 0
	[ "$(count entitlement_use)" -eq 0 ]
}

@test "one stream of requests gets no more units than there are" {
	pack 3
	requests 8 | jq -c '.account = "QUARRY"' | case-intake -q >cases
	shows .context.entitled 'true true true false false false false false' cases
	reserved 3
	store-check
}

@test "processes that enrich at the same time never overdraw the last units" {
	local n
	pack 3
	requests 9 | jq -c '.account = "QUARRY"' | case-new -q >captured
	for n in 1 2 3 4 5 6 7 8 9; do
		case-enrich -q "CS000100$n" >"enriched-$n" 2>>err &
	done
	wait
	[ "$(cat enriched-* | wc -l)" -eq 9 ]
	[ "$(cat enriched-* | jq -c 'select(.context.entitled)' | wc -l)" -eq 3 ]
	[ "$(cat enriched-* | jq -r 'select(.context.entitled | not) | .context.nearest.why' | sort -u)" = units ]
	reserved 3
	store-check
}

@test "an account's entitlement covers the accounts below it, the nearest first" {
	put account <<-'END'
		{"key":"HOLDING"}
		{"key":"SOUTH","parent":"HOLDING"}
		{"key":"SOUTH-1","parent":"SOUTH"}
	END
	echo '{"key":"H","account":"HOLDING","ends_at":"2026-06-01T00:00:00Z"}' | put entitlement
	enriched account=SOUTH-1 "Help"
	shows .entitlement '"H"'
	echo '{"key":"S","account":"SOUTH"}' | put entitlement
	enriched account=SOUTH-1 "Help"
	shows .entitlement '"S"'
	enriched account=HOLDING "Help"
	shows .entitlement '"H"'
}

@test "a product's entitlement covers the products below it, the nearest first" {
	put entitlement <<-'END'
		{"key":"C","account":"QUARRY","product":"connectivity","ends_at":"2026-06-01T00:00:00Z"}
		{"key":"I","account":"QUARRY","product":"internet-access"}
	END
	enriched account=QUARRY product=fiber-250 "Help"
	shows .entitlement '"I"'
	enriched account=QUARRY product=connectivity "Help"
	shows .entitlement '"C"'
	enriched account=QUARRY product=hosting "Help"
	shows .context.nearest '{"key":"C","why":"product"}'
}

@test "an entitlement of a sold product covers the assets that are part of it or of what is below it" {
	put sold_product <<-'END'
		{"key":"NETWORK","account":"QUARRY"}
		{"key":"SITE","parent":"NETWORK","account":"QUARRY"}
	END
	put asset <<-'END'
		{"key":"SWITCH","account":"QUARRY","sold_product":"SITE"}
		{"key":"PRINTER","account":"QUARRY"}
	END
	put entitlement <<-'END'
		{"key":"ALL","account":"QUARRY"}
		{"key":"NET","sold_product":"NETWORK"}
	END
	enriched asset=SWITCH "Help"
	shows '[.account, .entitlement]' '["QUARRY","NET"]'
	enriched asset=PRINTER "Help"
	shows .entitlement '"ALL"'
}

@test "an entitlement of a consumer covers that consumer" {
	put consumer <<-'END'
		{"key":"C-1"}
		{"key":"C-2"}
	END
	echo '{"key":"HOME","consumer":"C-1","level":"silver"}' | put entitlement
	enriched consumer=C-1 "Help"
	shows '[.entitlement, .context.entitlement.level]' '["HOME","silver"]'
	enriched consumer=C-2 "Help"
	shows .context.entitled false
}

@test "an entitlement that names a contract covers only cases that name it" {
	echo '{"key":"K","account":"QUARRY"}' | put contract
	put entitlement <<-'END'
		{"key":"ALL","account":"QUARRY"}
		{"key":"CARE","account":"QUARRY","contract":"K"}
	END
	enriched account=QUARRY contract=K "Help"
	shows .entitlement '"CARE"'
	enriched account=QUARRY "Help"
	shows .entitlement '"ALL"'
}

@test "a suspended contract covers nothing, and neither does its line" {
	echo '{"key":"K","account":"QUARRY"}' | put contract
	echo '{"key":"K-1","contract":"K"}' | put contract_line
	echo '{"key":"CARE","account":"QUARRY","contract_line":"K-1"}' | put entitlement
	enriched account=QUARRY "Before"
	shows .entitlement '"CARE"'
	echo '{"key":"K","state":"suspended"}' | put contract
	enriched account=QUARRY "While it is"
	shows .context.nearest '{"key":"CARE","why":"contract_state"}'
	echo '{"key":"K","state":"active"}' | put contract
	echo '{"key":"K-1","state":"cancelled"}' | put contract_line
	enriched account=QUARRY "Without the line"
	shows .context.nearest '{"key":"CARE","why":"contract_line"}'
}

@test "a contract ends before the moment in ends_at" {
	echo '{"key":"K","account":"QUARRY","ends_at":"2026-03-02T08:00:00Z"}' | put contract
	echo '{"key":"CARE","account":"QUARRY","contract":"K"}' | put entitlement
	enriched account=QUARRY contract=K opened_at=2026-03-02T07:59:59.999999Z "Just in time"
	shows .entitlement '"CARE"'
	enriched account=QUARRY contract=K opened_at=2026-03-02T08:00:00Z "Too late"
	shows .context.nearest '{"key":"CARE","why":"contract_state"}'
}

@test "the nearest miss tells why: its state, its dates, its channel" {
	local terms why
	echo '{"key":"C-1"}' | put consumer
	while read -r terms why; do
		echo "{\"key\":\"CARE\",\"account\":\"QUARRY\",$terms}" | crm-put -q --replace entitlement >put
		enriched account=QUARRY channel=email "Help"
		shows .context.nearest "{\"key\":\"CARE\",\"why\":\"$why\"}"
	done <<-'END'
		"state":"draft" draft
		"state":"expired" expired
		"state":"cancelled" cancelled
		"ends_at":"2026-03-02T09:00:00Z" ended
		"starts_at":"2026-03-02T09:00:01Z" not_started
		"channel":"phone" channel
		"consumer":"C-1" consumer
		"asset":"L30011" asset
	END
}

@test "what names only a channel covers nothing" {
	echo '{"key":"ANY","channel":"email"}' | put entitlement
	enriched account=QUARRY channel=email "Help"
	shows .context.nearest '{"key":"ANY","why":"unnamed"}'
}

@test "case-update moves the unit to the entitlement it names, and is refused when none is left" {
	crm-put -q entitlement <<-'END' >put
		{"key":"A","account":"QUARRY","level":"gold","units":1}
		{"key":"B","account":"QUARRY","level":"silver","units":1,"used":1}
		{"key":"C","account":"QUARRY","level":"bronze","units":1}
	END
	new_case account=QUARRY entitlement=A "Help" >number
	expect_status 0 case-enrich -q CS0001001
	shows .context.entitled true
	expect_status 65 case-update -q CS0001001 entitlement=B
	tells 'no unit of B is left'
	expect_status 0 case-update -q CS0001001 entitlement=C
	[ "$(sqlite3 "$CASEWORK_STORE" "SELECT group_concat(key || reserved, ' ') FROM entitlement WHERE account = 'QUARRY' AND key IN ('A', 'B', 'C')")" = "A0 B0 C1" ]
	store-check
}

@test "a retired entitlement is not taken, even when the request names it" {
	echo '{"key":"A","account":"QUARRY","level":"gold","active":false}' | crm-put -q entitlement >put
	new_case account=QUARRY entitlement=A "Help" >number
	expect_status 0 case-enrich -q CS0001001
	shows '.context | [.entitled, .nearest]' '[false,{"key":"A","why":"cancelled"}]'
}

@test "what cases have used cannot be put back" {
	local number
	echo '{"key":"A","account":"QUARRY","level":"gold","units":1}' | crm-put -q entitlement >line
	number=$(intake account=QUARRY "Help")
	case-resolve -q --code=solved --notes=done --cancel-open --reason=test "$number" >resolved
	echo '{"key":"A","used":0}' >put
	expect_status 65 crm-put -q entitlement <put
	tells '/used: cases have used 1'
	crm-put -q --replace entitlement <line >replaced
	new_case account=QUARRY "Once more" >number
	case-enrich -q --pending >out
	shows '.context | [.entitled, .nearest.why]' '[false,"units"]'
}

@test "--replace leaves what was used" {
	echo '{"key":"A","account":"QUARRY","level":"gold","units":3,"used":2}' | crm-put -q entitlement >put
	echo '{"key":"A","account":"QUARRY","units":4}' | crm-put -q --replace entitlement >put
	shows '[.level, .units, .used]' '[null,4,2]' put
}

@test "a contract that was retired covers nothing" {
	crm-put -q <<-'END' >put
		{"kind":"contract","key":"K","account":"QUARRY"}
		{"kind":"contract_line","key":"K-1","contract":"K"}
		{"kind":"entitlement","key":"A","account":"QUARRY","contract_line":"K-1","level":"gold"}
	END
	new_case account=QUARRY "Help" >number
	expect_status 0 case-enrich -q CS0001001
	shows .entitlement '"A"'
	echo '{"kind":"contract","key":"K","active":false}' | crm-put -q >retired
	expect_status 0 case-enrich -q --again CS0001001
	shows '[.entitlement, .context.nearest]' '[null,{"key":"A","why":"contract_state"}]'
}
