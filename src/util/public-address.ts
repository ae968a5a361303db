// Which IP addresses are on the public internet. What is not (this machine, private networks, link-local services such
// as a cloud's metadata) is connected to for a download only where a trusted configuration names it.
import { isIP } from 'node:net';

/** IPv4 networks for special purposes (IANA's registry): first address and prefix length. */
const SPECIAL_IPV4: readonly (readonly [address: string, bits: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  // Azure's service for its own machines.
  ['168.63.129.16', 32],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, reserved, broadcast.
  ['224.0.0.0', 3],
];

/** @param address as a resolver returns it, without brackets; a zone (`%eth0`) is never public */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return isPublicIpv4(ipv4Number(address));
    case 6:
      return !address.includes('%') && isPublicIpv6(ipv6Groups(address));
    default:
      return false;
  }
}

function isPublicIpv4(number: number): boolean {
  return !SPECIAL_IPV4.some(([network, bits]) => {
    const size = 2 ** (32 - bits);
    const first = ipv4Number(network);
    return number >= first && number < first + size;
  });
}

function isPublicIpv6(groups: readonly number[]): boolean {
  const [first = 0, second = 0, ...rest] = groups;
  const embedded = (rest[4] ?? 0) * 0x1_0000 + (rest[5] ?? 0);
  const zero = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  // ::ffff:a.b.c.d is that IPv4 address; 64:ff9b::a.b.c.d is reached through a gateway (NAT64).
  if (zero(0, 5) && groups[5] === 0xffff) return isPublicIpv4(embedded);
  if (first === 0x64 && second === 0xff9b && zero(2, 6)) return isPublicIpv4(embedded);
  // Only 2000::/3 is assigned to the internet. In it: 2001::/23 (protocols, Teredo), documentation, 6to4.
  if (first < 0x2000 || first > 0x3fff) return false;
  if (first === 0x2001 && (second < 0x200 || second === 0xdb8)) return false;
  return first !== 0x2002 && !(first === 0x3fff && second < 0x1000);
}

function ipv4Number(address: string): number {
  return address.split('.').reduce((number, part) => number * 256 + Number(part), 0);
}

/** The eight groups of an address that isIP accepts. */
function ipv6Groups(address: string): readonly number[] {
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(address);
  const number = dotted === null ? 0 : ipv4Number(dotted[2] ?? '');
  const text =
    dotted === null
      ? address
      : `${dotted[1]}${Math.floor(number / 0x1_0000).toString(16)}:${(number % 0x1_0000).toString(16)}`;
  const [before = '', after] = text.split('::');
  const groups = (part: string) =>
    part === '' ? [] : part.split(':').map((group) => Number.parseInt(group, 16));
  if (after === undefined) return groups(before);
  const head = groups(before);
  const tail = groups(after);
  return [...head, ...new Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
