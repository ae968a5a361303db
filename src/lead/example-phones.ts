// The numbers that messages and help show as examples. Where a message says "such as", no screen masks them.

/** Of a lead. */
export const LEAD_PHONE = '+91 99889 98899';
/** Of a target's testPhone; a target of the sandbox has it, so that `smoke` and `check` need nothing more there. */
export const TEST_PHONE = '+91 99887 76655';

export const EXAMPLE_PHONES: ReadonlySet<string> = new Set([LEAD_PHONE, TEST_PHONE]);
