# Sample requests, one a line as text: run by make-requests.sh, which hands the customers in as $customers.
# Everything follows from the index of a request, so two runs print the same bytes.

# kind, short_description, category, subcategory, impact, urgency
def templates: [
  ["line", "No internet at {site} since this morning", "outage", "no-sync", 1, 1],
  ["line", "Line at {site} drops every few minutes", "degraded", "unstable", 2, 2],
  ["line", "Card terminals at {site} offline, router shows a red light", "outage", "no-sync", 1, 2],
  ["line", "Half the usual speed at {site} since Friday", "degraded", "slow", 2, 3],
  ["line", "Video calls from {site} break up after lunch", "degraded", "packet-loss", 3, 2],
  ["line", "Line at {site} dead after the thunderstorm", "outage", "surge", 1, 1],
  ["line", "Router at {site} restarts by itself at night", "degraded", "router", 3, 3],
  ["line", "Builders cut a cable in front of {site}", "outage", "cable-cut", 1, 1],
  ["line", "Upload from {site} stalls on large files", "degraded", "slow", 3, 3],
  ["line", "No public address handed out at {site}", "outage", "authentication", 2, 1],
  ["line", "Socket in the comms cupboard at {site} is loose", "degraded", "wiring", 3, 3],
  ["line", "Backup line at {site} did not take over", "outage", "failover", 2, 2],
  ["probe", "Loss of signal on {asset}", "outage", "loss-of-signal", 1, 2],
  ["probe", "Packet loss above 5 % on {asset} for 15 minutes", "degraded", "packet-loss", 2, 2],
  ["probe", "Round trip above 120 ms on {asset}", "degraded", "latency", 3, 3],
  ["probe", "Interface flapping on {asset}: 14 changes in 10 minutes", "degraded", "unstable", 2, 1],
  ["probe", "Optical power on {asset} below -27 dBm", "degraded", "optical", 2, 3],
  ["probe", "Customer router of {asset} does not answer", "outage", "router", 2, 2],
  ["voice", "Incoming calls go straight to engaged", "network", "voice", 1, 1],
  ["voice", "Callers hear themselves with a delay", "network", "voice", 3, 2],
  ["voice", "Two extensions ring at the same time", "configuration", "voice", 3, 3],
  ["voice", "Please route the main number to the mobile this afternoon", "change", "voice", 3, 1],
  ["voice", "Fax adapter no longer registers", "hardware", "voice", 3, 3],
  ["voice", "Emergency number cannot be dialled from the lift", "network", "voice", 1, 1],
  ["voice", "Number port from the old provider is a day late", "change", "porting", 2, 2],
  ["mail", "Nobody can send mail since the password change", "access", "mail", 1, 2],
  ["mail", "Newsletter lands in the spam folder of our own staff", "email", "mail", 3, 3],
  ["mail", "Mailbox full although half of it was deleted", "email", "mail", 3, 2],
  ["mail", "Please add a shared mailbox for applications", "access", "mail", 3, 3],
  ["mail", "Phishing mail in our name reached three customers", "security", "mail", 1, 1],
  ["mail", "Calendar invitations arrive an hour off", "email", "mail", 3, 3],
  ["web", "Web shop answers with error 500 at the checkout", "software", "web", 1, 1],
  ["web", "Certificate of the booking page runs out tomorrow", "security", "certificate", 2, 1],
  ["web", "Opening hours on our page still show the winter", "request", "content", 3, 3],
  ["web", "Upload of product photos fails above 2 MB", "software", "web", 3, 2],
  ["web", "Login page loops after the update", "software", "web", 2, 1],
  ["backup", "Last night's backup ended with 212 skipped files", "software", "backup", 2, 3],
  ["backup", "Please restore the folder Quotes from Thursday", "request", "restore", 2, 1],
  ["backup", "No backup report for three days", "software", "backup", 2, 2],
  ["net", "Branch sites cannot reach the file server", "outage", "routing", 1, 1],
  ["net", "Guest wireless reaches the accounting computers", "security", "segmentation", 1, 1],
  ["net", "Please open port 8443 to the new supplier portal", "network", "firewall", 3, 2],
  ["net", "Remote access stops after exactly one hour", "access", "remote-access", 3, 2],
  ["net", "Name lookups take five seconds at all sites", "network", "dns", 2, 1],
  ["net", "Maintenance on 9 March collides with our stocktaking", "change", "maintenance", 3, 3],
  ["bill", "February invoice charges the cancelled second line", "billing", "overcharge", 3, 2],
  ["bill", "Credit for the January outage is missing", "billing", "credit", 3, 3],
  ["bill", "Invoice counts 31 days of router rental twice", "billing", "overcharge", 3, 3],
  ["bill", "Unknown item 'engineer visit' on the invoice", "billing", "unknown-item", 3, 2],
  ["bill", "Direct debit taken on the wrong date", "billing", "payment", 3, 1],
  ["bill", "Price differs from the signed offer", "billing", "price", 2, 2],
  ["bill", "Reminder fee although the invoice was paid", "billing", "reminder", 3, 2],
  ["join", "New line for the office above the showroom", "order", "new-line", 3, 3],
  ["join", "We move in April: line and numbers have to follow", "order", "relocation", 2, 3],
  ["join", "Fibre for the new kiosk, needed before Easter", "order", "new-line", 3, 2],
  ["join", "Second site to be connected to the network", "order", "new-site", 2, 3],
  ["join", "Take over the contract of the former tenant", "order", "takeover", 3, 3],
  ["desk", "Invoice address changes to the head office", "request", "master-data", 3, 3],
  ["desk", "Portal login locked after three attempts", "access", "access", 3, 2],
  ["desk", "Who looks after us now that our adviser has moved on?", "question", "contact", 3, 3],
  ["desk", "Copy of the service agreement for our auditor", "request", "document", 3, 3],
  ["desk", "Return label for the old router", "hardware", "logistics", 3, 3],
  ["desk", "Parcel with the replacement router arrived wet", "complaint", "logistics", 3, 2],
  ["desk", "Engineer did not come between 8 and 12", "complaint", "appointment", 2, 2],
  ["desk", "Praise for the fitter who came on Saturday", "feedback", "praise", 3, 3],
  ["desk", "Third call about the same fault, nobody rings back", "complaint", "escalation", 2, 1],
  ["desk", "Please quote a line twice as fast", "question", "offer", 3, 3],
  ["desk", "Statement of outages of the last quarter", "request", "report", 3, 3],
  ["desk", "Notice of cancellation for the end of June", "request", "cancellation", 3, 2],
  ["desk", "Router asks for a password that nobody here knows", "access", "router", 3, 2]
];

def kinds: {
  line:   {type: "broadband-fault", products: ["fiber-250", "fiber-1000", "dsl-50"], channels: ["phone", "web", "chat", "email", "phone"]},
  probe:  {type: "broadband-fault", products: ["fiber-250", "fiber-1000", "dsl-50"], channels: ["monitoring"]},
  voice:  {products: ["voice-trunk"], channels: ["phone", "email", "walk_in"]},
  mail:   {products: ["mail-hosting"], channels: ["email", "web", "chat"]},
  web:    {products: ["web-hosting"], channels: ["web", "social", "email"]},
  backup: {products: ["backup"], channels: ["monitoring", "email"]},
  net:    {products: ["mpls-site"], channels: ["api", "phone", "web"]},
  bill:   {type: "billing-dispute", products: ["fiber-250", "dsl-50", "router-rental", "fiber-1000"], channels: ["email", "web", "phone", "api"]},
  join:   {type: "onboarding", products: ["fiber-250", "mpls-site", "fiber-1000", "dsl-50"], channels: ["web", "api", "phone"]},
  desk:   {products: ["router-rental", "dsl-50", "fiber-250", "mail-hosting", "voice-trunk"], channels: ["phone", "chat", "virtual_agent", "social", "walk_in", "web"]}
};

# A source is known by the channel; people who call or walk in leave no key.
def source: {web: "portal", email: "mailbox", api: "erp", monitoring: "probe", chat: "chat", virtual_agent: "chat",
             social: "social"}[.];

def start: 1772431200; # 2026-03-02T06:00:00Z
def moment: start + . * 31 | strftime("%Y-%m-%dT%H:%M:%SZ");

# The contact as different sources know it: its key, its address, its number, or nobody we know.
def contact($i; $channel; $people):
  if $i % 61 == 7 then "someone.else@example.net"
  elif ($people | length) == 0 or $channel == "monitoring" then null
  else $people[$i % ($people | length)]
    | if $channel == "email" then .email elif $channel == "phone" then (.phone // .key) else .key end
  end;

# Ranks as the sources write them.
def rank($i; $names): if $i % 5 == 1 then tostring elif $i % 7 == 2 then "\(.) - \($names[. - 1])" else . end;

# What the case types ask for.
def fields($kind; $i; $asset; $subcategory):
  if $kind == "line" or $kind == "probe" then
    {line: $asset.key,
     symptom: {"no-sync": "no_sync", "cable-cut": "no_sync", "surge": "no_sync", "loss-of-signal": "no_sync", "slow": "slow",
               "latency": "slow", "unstable": "drops", "router": "drops", "packet-loss": "packet_loss",
               "authentication": "no_internet", "failover": "no_internet"}[$subcategory]}
  elif $kind == "bill" then
    {invoice: "R2026-\(20000 + $i)", amount: (($i * 37 % 1500) + 12.5), currency: "EUR",
     ground: {"overcharge": "charged_twice", "unknown-item": "not_ordered", "price": "wrong_price", "credit": "outage"}[$subcategory]}
  elif $kind == "join" then
    {plan: ["business", "home", "enterprise"][$i % 3], start_date: "2026-04-\(10 + $i % 20)", broadband: ($i % 4 != 1),
     own_router: ($i % 2 == 0), seats: ($i % 40 + 1)}
  else null end;

def request($i; $assets; $contacts):
  (templates | .[$i * 11 % length]) as [$kind, $text, $category, $subcategory, $impact, $urgency]
  | kinds[$kind] as $k
  | ($assets | map(select(.product as $p | $k.products | index($p)))) as $mine
  | $mine[$i * 7 % ($mine | length)] as $asset
  | $k.channels[$i % ($k.channels | length)] as $channel
  | ($channel | source) as $source
  | ($contacts | map(select(.account == $asset.account))) as $people
  | {case_type: $k.type, source: $source, external_id: (if $source then "\($source | ascii_upcase)-\(5000 + $i)" else null end),
     channel: $channel,
     short_description: ($text | gsub("\\{site\\}"; $asset.site // "our office") | gsub("\\{asset\\}"; $asset.key)),
     contact: contact($i; $channel; $people),
     account: (if $i % 3 == 0 or $channel == "monitoring" then $asset.account else null end),
     asset: (if $kind == "join" then null else $asset.key end),
     category: $category, subcategory: $subcategory,
     impact: ($impact | rank($i; ["High", "Medium", "Low"])),
     urgency: (if $i % 13 == 4 then null else $urgency | rank($i + 2; ["High", "Medium", "Low"]) end),
     tags: (if $i % 17 == 3 then ["callback"] else null end),
     opened_at: ($i | moment)}
    + {fields: fields($kind; $i; $asset; $subcategory)}
  | del(..|nulls);

# Records that cannot become cases, each for a reason of its own, by the index they stand in front of.
def broken: {
  "12":  "{\"source\":\"portal\",\"external_id\":\"PORTAL-9001\",\"channel\":\"web\",\"short_description\":\"Form was cut off\",\"account\":",
  "31":  ({source: "mailbox", external_id: "MAILBOX-9002", channel: "fax", short_description: "Order form by fax"} | tojson),
  "47":  ({source: "portal", external_id: "PORTAL-9003", channel: "web", short_description: "Everything is down", impact: "severe"} | tojson),
  "63":  "{\"source\":\"erp\",\"external_id\":\"ERP-9004\",\"channel\":\"api\",\"short_description\":\"Port 8443\",\"impact\":1,\"impact\":3}",
  "80":  ({source: "chat", external_id: "CHAT-9005", channel: "chat", short_description: ("the whole transcript of a chat " * 40)} | tojson),
  "99":  ({source: "portal", external_id: "PORTAL-9006", channel: "web", description: "See attachment"} | tojson),
  "118": ({case_type: "broadband-fault", source: "portal", external_id: "PORTAL-9007", channel: "web", short_description: "Slow line", fields: {line: "L30010"}, favourite_colour: "green"} | tojson),
  "140": ({source: "erp", external_id: "ERP-9008", channel: "api", short_description: "Quote wanted", opened_at: "2026-02-30T10:00:00Z"} | tojson),
  "163": "{\"source\":\"mailbox\",\"external_id\":\"MAILBOX-9009\",\"channel\":\"email\",\"short_description\":\"Caf@BYTE@ without network\"}",
  "181": "<html><head><title>502 Bad Gateway</title></head><body>upstream did not answer</body></html>",
  "202": ({source: "erp", external_id: "ERP-9010", channel: "api", short_description: 17} | tojson),
  "225": ({source: "probe", external_id: "PROBE-9011", channel: "monitoring", short_description: "Temperature in cabinet 4", urgency: 7} | tojson),
  "244": "{\"source\":\"chat\",\"external_id\":\"CHAT-9012\",\"channel\":\"chat\",\"short_description\":\"Half an emoji \\ud83d here\"}",
  "263": "{\"source\":\"social\",\"external_id\":\"SOCIAL-9013\",\"channel\":\"social\",\"short_description\":\"A zero \\u0000 byte\"}",
  "281": ({source: "erp", external_id: "ERP-9014", channel: "api", short_description: "Already solved", state: "closed"} | tojson),
  "300": ({source: "erp", external_id: "ERP-9015", channel: "api", short_description: "Cost centre", account: ("COST-CENTRE-" * 12)} | tojson)
};

# Arrivals that come twice: the same content, or (every other one) with another urgency.
def again: {"58": 22, "97": 41, "146": 90, "190": 76, "233": 139, "271": 201, "305": 251, "318": 284};

def count: 324;

($customers | map(select(.kind == "asset"))) as $assets
| ($customers | map(select(.kind == "contact"))) as $contacts
| range(count) as $i
| ($i | tostring) as $index
| (broken[$index] // empty),
  (again[$index] | select(.) as $j | request($j; $assets; $contacts)
   | if .external_id then (if $j % 2 == 1 then .urgency = 1 else . end) | tojson else empty end),
  (request($i; $assets; $contacts)
   | if $i == 150 then tojson | gsub("^\\{"; "{\n  ") | gsub(",\"channel\""; ",\n  \"channel\"") | gsub("\\}$"; "\n}")
     else tojson end)
