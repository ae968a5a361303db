// Phones on screens are masked in the middle unless --show-pii says otherwise (contract section 6).

/** `+919988776655` -> `+9199*****655`: enough to find the row, not enough to dial. */
export function maskPhone(phone: string): string {
  const [start, end] = phone.length >= 11 ? [5, 3] : [3, 2];
  if (phone.length <= start + end) return '*'.repeat(phone.length);
  return phone.slice(0, start) + '*'.repeat(phone.length - start - end) + phone.slice(-end);
}
