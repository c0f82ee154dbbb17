/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Everything that the kernel's programs and user space share. Addresses are 16 bytes in network order, IPv4 as
 * ::ffff:a.b.c.d; ports are in network order where the field says be16, else in host order. src/Weir.Datapath/Abi
 * holds the same structs, and a test compares the two by BTF. */
#ifndef WEIR_ABI_H
#define WEIR_ABI_H

#include <linux/types.h>

#define WEIR_ABI 1

/* struct event.kind */
enum event_kind {
	EVENT_NEW = 1,     /* a connection was decided and let pass or redirected */
	EVENT_DROP = 2,    /* a packet was dropped */
	EVENT_CHANGED = 3, /* an established connection was decided again, with another verdict or rule */
	EVENT_SUMMARY = 4, /* packets and bytes since the last event of the connection, at most every 5 s */
	EVENT_END = 5,     /* the last summary: TCP FIN both ways, or RST */
};

/* struct event.verdict; the numbers of Weir.Model.Verdict */
enum event_verdict {
	VERDICT_FORWARDED = 1,
	VERDICT_DROPPED = 2,
	VERDICT_REDIRECTED = 5,
};

/* struct event.flags */
#define EVENT_FLAG_REPLY 0x01        /* the packet ran against the connection's opening */
#define EVENT_FLAG_EGRESS_HERE 0x02  /* egress was decided here: egress_rule is valid */
#define EVENT_FLAG_INGRESS_HERE 0x04 /* ingress was decided here: ingress_rule is valid */
#define EVENT_FLAG_DROP_EGRESS 0x08  /* a drop by policy: the source's side denied it (else the destination's) */
#define EVENT_FLAG_TRANSLATED 0x10   /* frontend and frontend_port are valid */

/* One report to user space. src and dst are those of the packet's own direction, after service translation. */
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

#endif
