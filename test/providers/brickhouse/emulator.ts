// The third provider's emulator, for tests only.
import { jsonAnswer } from '../../../src/sandbox/answer.ts';
import { credential, type Emulator, type Judge } from '../../../src/sandbox/emulator.ts';

export const brickhouseEmulator: Emulator = {
  name: 'brickhouse',
  firstId: 1,
  credentials: (key) => ({ token: key, office: 'sandbox' }),
  start: ({ credentials, clock, leads }) => {
    const unauthorized = jsonAnswer(401, { error: 'unauthorized' });
    const judge: Judge = ({ headers, fields, packed }) => {
      if (headers.authorization !== `Bearer ${credential(credentials, 'token')}`)
        return { outcome: 'unauthorized', answer: unauthorized };
      const { phone = '', city = '' } = fields;
      if (phone === '' || city === '')
        return { outcome: 'invalid', answer: jsonAnswer(422, { error: 'phone and city are needed' }) };
      return () => {
        const known = leads.firstId(phone);
        if (known !== null) return { outcome: 'duplicate', answer: jsonAnswer(409, { id: known }) };
        const id = leads.add({ phone, packed, at: clock(), sameAs: phone });
        return { outcome: 'created', answer: jsonAnswer(201, { id }) };
      };
    };
    return { unauthorized, routes: [{ takes: 'lead', path: '/leads', judge }], unserved: () => null };
  },
};
