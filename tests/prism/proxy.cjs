// A validation proxy: Prism's router, security, request and response checks in front of a server on loopback, with the
// bytes carried as they came. Prism's own command line reads every body as UTF-8 text before it forwards it, which no
// uploaded file survives; everything that judges is Prism's, only the carrying is done here.
//
//   node proxy.cjs <contract> <upstream>
//
// Says one JSON object a line on stdout: first {"listening": port}, then one for every request judged.
'use strict';
const http = require('node:http');
const { createInstance, getHttpOperationsFromSpec } = require('@stoplight/prism-http');

const [contract, upstream] = process.argv.slice(2);
const target = new URL(upstream);
const agent = new http.Agent({ keepAlive: true });
const say = line => process.stdout.write(`${JSON.stringify(line)}\n`);
const read = async stream => {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
};
const parsed = (bytes, headers) => {
  if (bytes.length === 0) return undefined;
  const text = bytes.toString('utf8');
  return /[/+]json\b/.test(headers['content-type'] ?? '') ? JSON.parse(text) : text;
};

// Carries a request to the upstream and answers what came back, untouched.
const carry = (request, bytes) =>
  new Promise((resolve, reject) => {
    const headers = { ...request.headers, host: target.host };
    const options = { agent, host: target.hostname, port: target.port, method: request.method, path: request.url, headers };
    const sent = http.request(options, async answer => {
      try {
        resolve({ answer, bytes: await read(answer) });
      } catch (error) {
        reject(error);
      }
    });
    sent.on('error', reject);
    sent.end(bytes);
  });

// Prism's face of a carrier: the answer in the form its checks read, and the untouched one beside it. What Prism routed
// the request to is noted on the way, because Prism lets query parameters pass that the contract does not know.
const forward = ({ data }, _upstream, _agent, operation) => () => async () => {
  data.operation = operation;
  try {
    const { answer, bytes } = await data.carried();
    const output = { statusCode: answer.statusCode, headers: answer.headers, body: parsed(bytes, answer.headers) };
    return { _tag: 'Right', right: output };
  } catch (left) {
    return { _tag: 'Left', left };
  }
};

const silent = () => {};
const logger = { child: () => logger, trace: silent, debug: silent, info: silent, warn: silent, error: silent, fatal: silent };

const asInput = (request, bytes) => {
  const url = new URL(request.url, target);
  const query = {};
  for (const name of url.searchParams.keys()) {
    const values = url.searchParams.getAll(name);
    query[name] = values.length === 1 ? values[0] : values;
  }
  const carried = carry.bind(null, request, bytes);
  let going;
  return {
    method: request.method.toLowerCase(),
    url: { path: url.pathname, query },
    headers: request.headers,
    body: parsed(bytes, request.headers),
    carried: () => (going ??= carried()),
  };
};

const undeclared = ({ operation, url }) => {
  const known = new Set((operation?.request?.query ?? []).map(parameter => parameter.name));
  const strangers = operation ? Object.keys(url.query).filter(name => !known.has(name)) : [];
  return strangers.map(name => ({ path: ['query', name], message: 'is not a parameter of this operation' }));
};

const main = async () => {
  const operations = await getHttpOperationsFromSpec(contract);
  const config = {
    isProxy: true, upstream: target, errors: false, mock: { dynamic: false },
    checkSecurity: true, validateRequest: true, validateResponse: true,
  };
  const prism = createInstance(config, { logger, forward });

  const serve = async (request, reply) => {
    const bytes = await read(request).catch(() => undefined);
    // A caller who died in the middle of a sentence has asked nothing.
    if (bytes === undefined) return;
    const input = asInput(request, bytes);
    const judged = await prism.request(input, operations, config)();
    const line = { method: request.method, path: input.operation?.path ?? input.url.path };
    if (judged._tag === 'Left') {
      say({ ...line, failed: String(judged.left?.message ?? judged.left) });
      reply.writeHead(502).end();
      return;
    }
    const { answer, bytes: untouched } = await input.carried();
    const { input: asked, output: answered } = judged.right.validations;
    say({ ...line, status: answer.statusCode, request: [...asked, ...undeclared(input)], response: answered });
    reply.writeHead(answer.statusCode, answer.headers).end(untouched);
  };

  const server = http.createServer((request, reply) => {
    serve(request, reply).catch(error => {
      say({ method: request.method, path: request.url, failed: String(error) });
      reply.destroy();
    });
  });
  server.listen(0, '127.0.0.1', () => say({ listening: server.address().port }));
};

main();
