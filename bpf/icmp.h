/* SPDX-License-Identifier: (Apache-2.0 OR GPL-2.0-only) */
/* Which ICMP types ask, answer, complain, or speak to neighbours only. */
#ifndef WEIR_ICMP_H
#define WEIR_ICMP_H

#include "packet.h"

/* Whether an ICMP type is a query; *request is the type of the question it belongs to. */
static __always_inline int icmp_query(__u8 protocol, __u8 type, __u8 *request, int *reply)
{
	*reply = 0;
	if (protocol == IP_PROTOCOL_ICMPV6) {
		*request = 128;
		*reply = type == 129;
		return type == 128 || type == 129;
	}
	switch (type) {
	case 0:
		*reply = 1;
		*request = 8;
		return 1;
	case 14:
	case 18:
		*reply = 1;
		*request = type - 1;
		return 1;
	case 8:
	case 13:
	case 17:
		*request = type;
		return 1;
	}
	return 0;
}

static __always_inline int icmp_is_error(__u8 protocol, __u8 type)
{
	if (protocol == IP_PROTOCOL_ICMPV6)
		return type >= 1 && type <= 4;
	return type == 3 || type == 4 || type == 11 || type == 12;
}

/* Neighbour discovery and multicast listener reports: between neighbours only, so that no router passes them on. */
static __always_inline int is_neighbour_talk(const struct packet *p, __u8 hop_limit)
{
	if (p->tuple.protocol != IP_PROTOCOL_ICMPV6)
		return 0;
	if (hop_limit == 255)
		return p->icmp_type >= 133 && p->icmp_type <= 137;
	if (hop_limit == 1)
		return p->icmp_type == 143 || (p->icmp_type >= 130 && p->icmp_type <= 132);
	return 0;
}

#endif
