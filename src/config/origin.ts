// Where credentials may be sent: which baseUrl is allowed depends on the trust in the file that sets it.
import { isLocalName, isLoopback } from '../util/loopback.ts';
import type { Trust } from './find.ts';

export type JudgedUrl =
  | { readonly ok: true; readonly origin: string }
  | { readonly ok: false; readonly problem: string };

/**
 * @param domains the vendor's, with all their subdomains
 * @returns the origin that requests go to, or what is wrong
 */
export function judgeBaseUrl(text: string, domains: readonly string[], trust: Trust): JudgedUrl {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return no('expected a URL such as https://lead.example.com');
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return no('expected https:// before the host, or http:// on this machine');
  if (url.username !== '' || url.password !== '') return no('a user name or password is not allowed in it');
  if ((url.pathname !== '/' && url.pathname !== '') || url.search !== '' || url.hash !== '') {
    return no('expected scheme and host only; set a different path with "path"');
  }
  const loopback = isLoopback(url.hostname);
  // Names below .localhost are not loopback: DNS may be asked for them. A trusted file may still use one, because plain
  // http connects to loopback addresses only, whatever the resolver says.
  const local = trust !== 'found' && isLocalName(url.hostname);
  if (url.protocol === 'http:' && !loopback && !local)
    return no('plain http is only for loopback (127.0.0.1, [::1], localhost); expected https://');
  // A dot at the end names the same host, but matches no certificate.
  const host = url.hostname.replace(/\.$/, '');
  url.hostname = host;
  const vendor = domains.some((domain) => host === domain || host.endsWith(`.${domain}`));
  if (!loopback && !vendor && trust === 'found') {
    return no(
      `"${url.host}" is not one of the vendor's hosts (${domains.join(', ')}), and this file was found, not named, so it may not decide where credentials go. Name the file with --config or LEADPUSH_CONFIG, or move it to your own configuration folder`,
    );
  }
  return { ok: true, origin: url.origin };
}

function no(problem: string): JudgedUrl {
  return { ok: false, problem };
}
