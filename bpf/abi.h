/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Everything that the kernel's programs and user space share. Addresses are 16 bytes in network order, IPv4 as
 * ::ffff:a.b.c.d; ports are in network order where the field says be16, else in host order. src/Weir.Datapath/Abi
 * holds the same structs, and a test compares the two by BTF. */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/types.h>

#define WEIR_ABI 1

/* ---- marks: the bits 0xf00 of skb->mark, in the node's network namespace only (a veth clears them) ---- */
#define MARK_MASK 0xf00
#define MARK_PROXY 0x200    /* handed to a proxy's socket: the rule for this mark delivers it locally */
#define MARK_OUT 0x400      /* egress was decided; the destination is not a pod of this node */
#define MARK_TO_POD 0x500   /* all was decided, and the destination is a pod of this node */
#define MARK_BOUNCED 0x600  /* the node's own packet for a pod, sent back to where a proxy's socket can take it */
#define MARK_UPSTREAM 0xa00 /* SO_MARK of a proxy's sockets towards the destination: decided already */

/* The address that a pod sees as the source when a service leads it back to itself. */
#define HAIRPIN_IPV4 0xa9fe2a01 /* 169.254.42.1; the IPv6 one is fd00:169:254:42::1 */

/* ---- identities that the programs name themselves; the numbers of Weir.Model.SecurityIdentity ---- */
#define IDENTITY_HOST 1
#define IDENTITY_WORLD 2 /* of an address that the ipcache does not know */
#define IDENTITY_LOCAL 0x1000000 /* from here on: ranges outside the cluster that policies name */

/* ---- events ---- */

/* struct event.kind */
enum event_kind {
	EVENT_NEW = 1,     /* a connection was decided and let pass or redirected */
	EVENT_DROP = 2,    /* a packet was dropped */
	EVENT_CHANGED = 3, /* an established connection was decided again: not dropped, but by another rule or verdict */
	EVENT_SUMMARY = 4, /* packets and bytes since the last event of the connection, at most every 5 s */
	EVENT_END = 5,     /* the last summary: TCP FIN both ways, or RST */
};

/* struct event.verdict; the numbers of Weir.Model.Verdict */
enum event_verdict {
	VERDICT_FORWARDED = 1,
	VERDICT_DROPPED = 2,
	VERDICT_REDIRECTED = 5,
};

/* struct event.reason; the numbers of Weir.Model.DropReason */
enum drop_reason {
	DROP_INVALID_SOURCE = 132,
	DROP_POLICY = 133,
	DROP_INVALID_PACKET = 134,
	DROP_TRUNCATED_L4 = 135,
	DROP_UNTRACKED_PROTOCOL = 137,
	DROP_UNSUPPORTED_L3 = 139,
	DROP_WRITE_FAILED = 141,
	DROP_CONNECTION_TABLE = 155,
	DROP_INVALID_EXTENSION = 156,
	DROP_NO_BACKEND = 158,
	DROP_NO_CONFIGURATION = 165,
	DROP_NO_FIRST_FRAGMENT = 175,
	DROP_NO_PROXY_SOCKET = 178,
	DROP_PROXY_ASSIGN = 179,
	DROP_NO_REDIRECT = 180,
	DROP_POLICY_DENY = 181,
	DROP_NOT_READY = 203,
	DROP_PUNT_PROXY = 205,
};

/* struct event.point; the numbers of Weir.Model.ObservationPoint */
enum observation_point {
	POINT_UNKNOWN = 0,
	POINT_TO_PROXY = 1,
	POINT_TO_HOST = 2,
	POINT_TO_NETWORK = 11,
	POINT_TO_ENDPOINT = 101,
};

/* struct event.flags */
#define EVENT_FLAG_REPLY 0x01        /* the packet ran against the connection's opening */
#define EVENT_FLAG_EGRESS_HERE 0x02  /* egress was decided here: egress_rule is valid */
#define EVENT_FLAG_INGRESS_HERE 0x04 /* ingress was decided here: ingress_rule is valid */
#define EVENT_FLAG_DROP_EGRESS 0x08  /* a drop by policy: the source's side denied it (else the destination's) */
#define EVENT_FLAG_TRANSLATED 0x10   /* frontend and frontend_port are valid */

/* One report to user space. Addresses, ports, identities and endpoints are those of the packet's own direction, after
 * service translation (of a reply, the source is the backend); counts, rules, match and frontend are the connection's:
 * egress_rule is about what the opener sends, ingress_rule about what its peer receives. */
struct event {
	__u64 time_ns;        /* CLOCK_BOOTTIME */
	__u64 packets;        /* since the connection's last event, the opening direction */
	__u64 bytes;          /* IP header included */
	__u64 reply_packets;  /* the other direction */
	__u64 reply_bytes;
	__u8 src[16];
	__u8 dst[16];
	__u8 frontend[16];
	__be16 src_port;      /* ICMP: the type, as a be16 */
	__be16 dst_port;      /* ICMP: the code, as a be16 */
	__be16 frontend_port;
	__be16 proxy_port;    /* redirected: where to */
	__u32 src_identity;
	__u32 dst_identity;
	__u32 src_endpoint;   /* 0: not on this node */
	__u32 dst_endpoint;
	__u32 egress_rule;    /* ids that ResolveRule knows; 0: no policy */
	__u32 ingress_rule;
	__u32 ifindex;        /* where it was seen */
	__u32 suppressed;     /* equal drops that were counted but not reported since the last report */
	__u8 kind;            /* enum event_kind */
	__u8 verdict;         /* enum event_verdict */
	__u8 reason;          /* drop reason, 0 if none */
	__u8 protocol;        /* IANA */
	__u8 tcp_flags;
	__u8 point;           /* observation point: Weir.Model.ObservationPoint */
	__u8 flags;           /* EVENT_FLAG_* */
	__u8 match;           /* policy match type: egress in the low nibble, ingress in the high one */
};

/* ---- weir_config: one element ---- */

/* struct config.flags */
#define CONFIG_NAMES 0x1        /* ask the name tables too (decision 8) */
#define CONFIG_DRY_DELIVERY 0x2 /* tests: decide a redirect, but look for no socket and assign none */

struct config {
	__u64 time_ns;            /* tests: what the clock says, CLOCK_BOOTTIME; 0 asks the kernel */
	__u64 summary_ns;         /* shortest time between two summaries of a connection, and two reports of equal drops */
	__u32 abi;                /* WEIR_ABI of who wrote this */
	__u32 flags;              /* CONFIG_* */
	__be16 proxy_tcp_port;    /* 0: none, and what is to be redirected is dropped */
	__be16 proxy_udp_port;
	__u32 reserved;
};

/* ---- who is where ---- */

/* weir_ipcache: longest prefix -> security identity */
struct ipcache_key {
	__u32 prefix_bits; /* 0..128, over the 128-bit form */
	__u8 address[16];
};

struct ipcache_entry {
	__u32 identity;
};

/* weir_interfaces: ifindex of the host side of a pod's veth -> the pod */
struct endpoint {
	__u32 id;       /* 1..65535 */
	__u32 identity;
	__u8 ipv4[16];  /* all zero: none */
	__u8 ipv6[16];
	__u8 name[16];  /* of the interface; for user space, that adopts it */
};

/* weir_addresses: address of a pod of this node (16 bytes) -> the pod */
struct local_address {
	__u32 endpoint;
	__u32 identity;
};

/* ---- policy ---- */

/* weir_endpoint_tables: endpoint id -> its tables, one aligned 8-byte word, so that one write swaps both */
struct endpoint_tables {
	__u32 egress;  /* 0: none, and all is dropped */
	__u32 ingress;
};

/* struct table.kinds: which entries exist at all, so that no lookup is made in vain.
 * Low nibble: of a named peer; high nibble (shifted by 4): of any peer. */
#define KIND_PORT 0x1     /* one port, or one ICMP type */
#define KIND_RANGE 0x2    /* ports that share 1 to 15 leading bits */
#define KIND_PROTOCOL 0x4 /* every port of a protocol */
#define KIND_ALL 0x8      /* every protocol */
#define KIND_ANY_PEER 4   /* bits to shift by */

/* weir_tables: table number (never used twice) -> what holds where no entry matches */
struct table {
	__u64 revision;      /* of the policy set that it was first compiled from */
	__u64 names;         /* a digest of what it says about names; 0: nothing. For user space only */
	__u32 default_rule;
	__u32 name_bits;     /* bit n: entries about names have port_bits n; 0: it says nothing about names */
	__u8 enforced;       /* 1: what no entry matches is denied */
	__u8 kinds;          /* KIND_* */
	__u16 reserved;
	__u32 reserved2;
};

/* weir_policy: about one port (port_bits 16) or every port (0, port 0); weir_name_policy: ports that share leading bits */
struct policy_key {
	__u32 table;
	__u32 peer;      /* identity; 0: any peer. weir_name_policy: the name set */
	__be16 port;     /* ICMP: the type */
	__u8 protocol;   /* IANA; 0: any, ICMP included, then port_bits is 0 */
	__u8 port_bits;  /* 0 or 16; weir_name_policy: 0 to 16 */
};

/* weir_ranges: entries about ports that share 1 to 15 leading bits, in an LPM trie */
struct range_key {
	__u32 prefix_bits; /* RANGE_FIXED_BITS + leading bits of the port */
	__u32 table;
	__u32 peer;
	__u8 protocol;
	__u8 reserved;
	__be16 port;
};
#define RANGE_FIXED_BITS 80

/* struct policy_entry.action; the numbers of Weir.Policy.Compile.PolicyAction: a higher one beats a lower one */
enum policy_action {
	ACTION_ALLOW = 1,
	ACTION_REDIRECT = 2,
	ACTION_DENY = 3,
};

struct policy_entry {
	__u32 rule;     /* what decided, for ResolveRule */
	__u8 action;    /* enum policy_action */
	__u8 match;     /* Weir.Model.PolicyMatch */
	__u16 reserved;
};

/* weir_names: an address, for one endpoint -> the set of DNS names that the endpoint knows it by */
struct name_key {
	__u32 endpoint;
	__u8 address[16];
};

struct name_entry {
	__u32 set;
	__u32 reserved;
};

/* ---- connections ---- */

/* A packet's own tuple, or the key of a connection (see connection_key in conntrack.h). */
struct tuple {
	__u8 src[16];
	__u8 dst[16];
	__be16 src_port; /* ICMP query: the identifier */
	__be16 dst_port; /* ICMP query: the request's type */
	__u8 protocol;
	__u8 reserved[3];
} __attribute__((aligned(8)));

/* struct connection.flags */
#define CONNECTION_OPENER_IS_SRC 0x0001 /* the opener is the key's src */
#define CONNECTION_REPLIED 0x0002
#define CONNECTION_FIN_OPENER 0x0004
#define CONNECTION_FIN_REPLY 0x0008
#define CONNECTION_RST 0x0010
#define CONNECTION_ENDED 0x0020      /* EVENT_END was sent */
#define CONNECTION_REDIRECTED 0x0040 /* the opener talks to a proxy */
#define CONNECTION_DENIED 0x0080     /* decided again and denied: neither side passes */
#define CONNECTION_TRANSLATED 0x0100 /* frontend and frontend_port are valid */
#define CONNECTION_HAIRPIN 0x0200    /* the opener is its own backend */
#define CONNECTION_UPSTREAM 0x0400   /* opened by a proxy of this node: replies go to its socket */

/* weir_connections (LRU) */
struct connection {
	__u64 seen_ns;      /* last packet */
	__u64 reported_ns;  /* last event */
	__u64 packets;      /* since the last event */
	__u64 bytes;
	__u64 reply_packets;
	__u64 reply_bytes;
	__u8 frontend[16];
	__be16 frontend_port;
	__u16 flags;        /* CONNECTION_* */
	__u32 src_identity; /* src: the opener */
	__u32 dst_identity;
	__u32 src_endpoint; /* 0: not on this node, or not decided here */
	__u32 dst_endpoint;
	__u32 egress_table; /* decided by; another one in force means: decide again */
	__u32 ingress_table;
	__u32 egress_rule;
	__u32 ingress_rule;
	__u8 match;
	__u8 reason;        /* CONNECTION_DENIED: why */
	__u8 event_flags;   /* EVENT_FLAG_*, as of the last decision */
	__u8 reserved;
};

/* weir_fragments (LRU): which ports the later fragments of a datagram belong to */
struct fragment_key {
	__u8 src[16];
	__u8 dst[16];
	__u32 id;
	__u8 protocol;
	__u8 reserved[3];
};

struct fragment_ports {
	__u64 seen_ns;
	__be16 src_port;
	__be16 dst_port;
	__u8 icmp_type;
	__u8 icmp_code;
	__u8 icmp_reply;
	__u8 reserved;
};

/* weir_drops (LRU): when a drop was last reported */
struct drop_key {
	struct tuple tuple;
	__u32 reason;
	__u32 reserved;
};

struct drop_state {
	__u64 reported_ns;
	__u64 suppressed;
};

/* weir_counters (per CPU): what never loses */
struct counter_key {
	__u32 endpoint;
	__u8 direction; /* Weir.Model.TrafficDirection: 1 ingress, 2 egress */
	__u8 verdict;   /* enum event_verdict */
	__u8 reason;
	__u8 reserved;
};

struct counter {
	__u64 packets;
	__u64 bytes;
};

/* ---- services ---- */

/* struct service.flags */
#define SERVICE_EXTERNAL 0x1 /* translated at the uplink too, to backends of this node only */

/* weir_services */
struct service_key {
	__u8 address[16];
	__be16 port;
	__u8 protocol;
	__u8 reserved;
};

struct service {
	__u32 generation;   /* of its backends; never used twice */
	__u16 count;        /* backends; those of this node come first */
	__u16 local_count;
	__u32 affinity_s;   /* 0: none */
	__u32 flags;        /* SERVICE_* */
};

/* weir_backends */
struct backend_key {
	__u32 generation;
	__u32 index; /* 0..count-1 */
};

struct backend {
	__u8 address[16];
	__be16 port;
	__u16 reserved;
	__u32 reserved2;
};

/* weir_translations (LRU): the backend of a packet's tuple before translation; weir_affinity (LRU): of a client */
struct translation {
	__u8 address[16];
	__be16 port;
	__u16 reserved;
	__u32 reserved2;
	__u64 seen_ns;
};

struct affinity_key {
	__u8 client[16];
	struct service_key service;
};

/* weir_rules: the text behind the rule ids, for user space only */
struct rule_key {
	__u32 id;
	__u32 part; /* 0.. */
};

/* weir_numbers: one element, for user space only */
struct numbers {
	__u32 abi;             /* WEIR_ABI of who made these tables */
	__u32 next_table;
	__u32 next_rule;
	__u32 next_generation; /* of backends */
};

#define RULE_PART_BYTES 240

struct rule_part {
	__u32 length;    /* bytes used */
	__u32 parts;     /* of the whole text */
	__u8 text[RULE_PART_BYTES];
};

#endif
