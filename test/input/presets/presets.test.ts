// The presets as data: recognised by their own header, never by each other's, and never a way for an ad platform's id
// to become the provider's project or source.
import { describe, expect, test } from 'vitest';
import { planColumns } from '../../../src/input/mapping/columns.ts';
import { headerKey, PRESETS, presetByName, recognisePreset } from '../../../src/input/presets/index.ts';

const PLATFORMS: ReadonlySet<string> = new Set([
  ...['meta', 'google-ads', 'tiktok', 'linkedin', 'hubspot', 'zoho', 'salesforce', 'salesforce-objects'],
]);
const WRONG_TEAM = ['campaignId', 'sourceId', 'subSourceId'];

describe.each(PRESETS.map((preset) => [preset.name, preset] as const))('%s', (_, preset) => {
  // Signature columns that stand for one field would contradict each other outside of the preset's own order.
  const headers = [
    ...new Set([...preset.signature, ...Object.keys(preset.columns), 'phone_number', 'campaign_id', 'ad_id']),
  ];

  test("can never set campaignId, sourceId or subSourceId from a platform's id", () => {
    const plan = planColumns(headers, { preset, overrides: [], configured: [] }, 'x.csv');
    const reached = [...plan.targets, ...plan.slots.map((slot) => slot.field)];
    expect(reached.filter((target) => target !== null && WRONG_TEAM.includes(target))).toEqual([]);
    expect(Object.keys(preset.constants ?? {}).filter((field) => WRONG_TEAM.includes(field))).toEqual([]);
    expect(plan.targets[headers.indexOf('campaign_id')]).toBe('extra.ad_campaign_id');
  });

  // Forms and portals have no campaigns of their own: there a campaign_id is what the person put in.
  test.runIf(PLATFORMS.has(preset.name))(
    'keeps its campaign id from the project without any ad column, too',
    () => {
      const few = [...preset.signature, 'phone_number', 'Campaign ID'].filter(
        (name) => !/^ad|form_id/.test(name),
      );
      const unique = few.filter(
        (name, index) => few.findIndex((one) => headerKey(one) === headerKey(name)) === index,
      );
      const plan = planColumns(unique, { preset, overrides: [], configured: [] }, 'x.csv');
      expect(plan.slots.map((slot) => slot.field)).not.toContain('campaignId');
    },
  );

  test('is recognised by its signature where its header is confirmed, and only there', () => {
    const found = recognisePreset(preset.signature);
    if (preset.auto) expect(found).toEqual({ kind: 'one', preset });
    else expect(found).not.toMatchObject({ preset });
    expect(preset.auto && preset.confidence === 'low').toBe(false);
  });

  test('says where it was seen, and its columns differ', () => {
    expect(preset.source.length).toBeGreaterThan(20);
    const keys = Object.keys(preset.columns).map(headerKey);
    expect(new Set(keys).size).toBe(keys.length);
    expect(preset.atLeast).toBeLessThanOrEqual(preset.signature.length);
    expect(presetByName(preset.name)).toBe(preset);
  });
});

describe('recognition', () => {
  test.each([
    [
      'a renamed first header',
      'Lead|created_time|ad_id|ad_name|adset_id|adset_name|campaign_id|campaign_name|form_id|full_name|phone_number',
      'meta',
    ],
    ['other case', 'CREATED_TIME|AD_ID|AD_NAME|ADSET_ID|ADSET_NAME|CAMPAIGN_ID|PHONE', 'meta'],
    ['a plain list', 'Name|Phone|Email|Date|Status', null],
    ['id, date and status elsewhere', 'Name|Id|Date|Status|Tel', null],
    ['id, date and status first', 'Id|Date|Status|your-name|Tel', 'cfdb7'],
    ['a table of advertising columns', 'phone|campaign_id|ad_id', null],
    ['nothing', '', null],
  ])('%s', (_, text, expected) => {
    const found = recognisePreset(text.split('|'));
    expect(found.kind === 'one' ? found.preset.name : null).toBe(expected);
  });

  test('a tie is none', () => {
    const [zoho, hubspot] = [presetByName('zoho'), presetByName('hubspot')];
    const both = [
      'Record Id',
      'Lead Status',
      'Lead Owner',
      'Is Converted',
      'Created Time',
      'Contact owner',
      'Create Date',
      'Original Source',
    ];
    expect(recognisePreset(both)).toEqual({ kind: 'tie', presets: [hubspot, zoho] });
  });
});
