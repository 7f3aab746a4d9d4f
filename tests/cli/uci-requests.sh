#!/bin/sh
# uci-requests.sh FILE.csv.gz: turns an incident event log as exported from ServiceNow (one row an update) into requests, one
# for the first row of each incident. `?` is empty, times are d/m/yyyy hh:mm without a zone and taken as UTC.
# The last member, first_priority, is what that row gave as the priority; it is not part of the request proper.
set -eu

gzip -dc "$1" | awk -F, '
	NR == 1 { columns = NF; next }
	/"/ || NF != columns { print "row " NR " is not plain CSV" > "/dev/stderr"; exit 1 }
	!seen[$1]++ {
		split($10, t, /[\/ :]/)
		$10 = sprintf("%04d-%02d-%02dT%02d:%02d:00Z", t[3], t[2], t[1], t[4], t[5])
		print
	}' OFS='\t' | jq -Rc '
	{"Phone": "phone", "Email": "email", "Self service": "web", "IVR": "phone", "Direct opening": "walk_in"} as $channels
	| split("\t") | map(if . == "?" then null else . end)
	| {source: "uci", external_id: .[0], opened_at: .[9], channel: (if .[14] then $channels[.[14]] // "web" else null end),
		category: .[16], subcategory: .[17], impact: .[20], urgency: .[21],
		short_description: ([.[16], .[18]] | map(select(.)) | join(", ") | if . == "" then "Incident" else . end),
		fields: ({location: .[15], caller: .[7], ci: .[19]} | map_values(select(.))), first_priority: .[22]}
	| with_entries(select(.value != null))'
