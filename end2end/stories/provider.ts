import { type AddressInfo } from "node:net";
import { createServer, type Server } from "node:http";

import Provider, { type Configuration } from "oidc-provider";

export const CLIENT = "teirei";
/** A client whose tokens are signed with its secret. */
export const SHARED = "teirei-shared";
/** A client whose tokens end after a minute. */
export const BRIEF = "teirei-brief";
export const CLIENT_SECRET = "a-secret-of-the-story-that-is-long-enough";

/** A real provider of OpenID Connect with people of its own: whoever types a name is that one. */
export class Directory {
  /** Whom the provider no longer knows. */
  readonly gone = new Set<string>();
  /** Whose mail address nobody verified. */
  readonly unverified = new Set<string>();
  issuer = "";
  private server?: Server;

  /** Opens the provider for pages at an address. */
  async open(site: string) {
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, "localhost", ready));
    this.issuer = `http://localhost:${(server.address() as AddressInfo).port}`;
    const client = {
      client_secret: CLIENT_SECRET,
      redirect_uris: [`${site}/sign-in/return`],
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code" as const],
    };
    const configuration: Configuration = {
      clients: [
        { ...client, client_id: CLIENT },
        { ...client, client_id: SHARED, id_token_signed_response_alg: "HS256" },
        { ...client, client_id: BRIEF },
      ],
      enabledJWA: { idTokenSigningAlgValues: ["RS256", "HS256"] },
      scopes: ["openid", "offline_access", "email", "profile"],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name", "groups"] },
      findAccount: (_, id) =>
        this.gone.has(id)
          ? undefined
          : {
              accountId: id,
              claims: () => ({
                sub: id,
                name: `${id} of the directory`,
                email: `${id}@corp.example`,
                email_verified: !this.unverified.has(id),
                groups: ["sre"],
              }),
            },
      ttl: {
        // The story looks at the pages a day later, too.
        IdToken: (_, __, of) => (of.clientId === BRIEF ? 60 : 7 * 24 * 3600),
        AccessToken: 7 * 24 * 3600,
        RefreshToken: 14 * 24 * 3600,
      },
      cookies: { keys: ["a key of the story"] },
    };
    const provider = new Provider(this.issuer, configuration);
    server.on("request", provider.callback());
    this.server = server;
  }

  async close() {
    this.server?.closeAllConnections();
    await new Promise((closed) => (this.server === undefined ? closed(undefined) : this.server.close(closed)));
  }
}
