/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Turns a TCP packet into the reset that answers it. */
#ifndef WEIR_RESET_H
#define WEIR_RESET_H

#include <linux/tcp.h>
#include "parse.h"

static __always_inline __u16 fold(__u64 sum)
{
	sum = (sum & 0xffffffff) + (sum >> 32);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	sum = (sum & 0xffff) + (sum >> 16);
	return ~sum;
}

/* The reset's TCP header, without its checksum. */
static __always_inline int reset_header(struct __sk_buff *skb, const struct packet *p, struct tcphdr *reset)
{
	struct tcphdr tcp;

	if (bpf_skb_load_bytes(skb, p->l4, &tcp, sizeof(tcp)))
		return -DROP_WRITE_FAILED;
	reset->source = tcp.dest;
	reset->dest = tcp.source;
	reset->doff = sizeof(*reset) / 4;
	reset->rst = 1;
	if (tcp.ack) {
		reset->seq = tcp.ack_seq;
	} else {
		__u32 payload = skb->len - p->l4 - tcp.doff * 4;

		reset->ack = 1;
		reset->ack_seq = bpf_htonl(bpf_ntohl(tcp.seq) + payload + tcp.syn + tcp.fin);
	}
	return 0;
}

/* Rewrites the frame into a reset from where it was going (p->wire: before translation) to its sender.
 * Returns 0, or -DROP_WRITE_FAILED. */
static __noinline int make_reset(struct __sk_buff *skb, struct packet *p)
{
	__u32 header = p->family == 4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	struct tcphdr tcp = {};
	__u8 hardware[12];
	__be32 tail[2] = {bpf_htonl(sizeof(tcp)), bpf_htonl(IP_PROTOCOL_TCP)};
	__s64 sum;

	if (reset_header(skb, p, &tcp) || bpf_skb_load_bytes(skb, 0, hardware, sizeof(hardware)))
		return -DROP_WRITE_FAILED;
	if (bpf_skb_change_tail(skb, ETH_HEADER + header + sizeof(tcp), 0))
		return -DROP_WRITE_FAILED;
	if (bpf_skb_store_bytes(skb, 0, &hardware[6], 6, 0) || bpf_skb_store_bytes(skb, 6, &hardware[0], 6, 0))
		return -DROP_WRITE_FAILED;

	/* The pseudo header: both addresses, length, protocol; the mapped form's ffff would count, hence the last words. */
	sum = bpf_csum_diff(0, 0, tail, sizeof(tail), 0);
	if (p->family == 4) {
		struct iphdr ip = {
			.version = 4,
			.ihl = 5,
			.tot_len = bpf_htons(sizeof(ip) + sizeof(tcp)),
			.ttl = 64,
			.protocol = IP_PROTOCOL_TCP,
			.saddr = address_ipv4(p->wire.dst),
			.daddr = address_ipv4(p->wire.src),
		};

		ip.check = fold(bpf_csum_diff(0, 0, (__be32 *)&ip, sizeof(ip), 0));
		sum = bpf_csum_diff(0, 0, (__be32 *)&ip.saddr, 8, sum);
		if (bpf_skb_store_bytes(skb, ETH_HEADER, &ip, sizeof(ip), 0))
			return -DROP_WRITE_FAILED;
	} else {
		struct ipv6hdr ip = {
			.version = 6,
			.payload_len = bpf_htons(sizeof(tcp)),
			.nexthdr = IP_PROTOCOL_TCP,
			.hop_limit = 64,
		};

		__builtin_memcpy(&ip.saddr, p->wire.dst, 16);
		__builtin_memcpy(&ip.daddr, p->wire.src, 16);
		sum = bpf_csum_diff(0, 0, (__be32 *)&ip.saddr, 32, sum);
		if (bpf_skb_store_bytes(skb, ETH_HEADER, &ip, sizeof(ip), 0))
			return -DROP_WRITE_FAILED;
	}
	sum = bpf_csum_diff(0, 0, (__be32 *)&tcp, sizeof(tcp), sum);
	tcp.check = fold(sum);
	return bpf_skb_store_bytes(skb, ETH_HEADER + header, &tcp, sizeof(tcp), 0) ? -DROP_WRITE_FAILED : 0;
}

#endif
