import { CdcError } from "../../errors.js";

/** Codes of TLS and of addresses that a moment later are the same. */
const LASTING =
  /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS|ERR_SSL|EPROTO|ERR_INVALID_(URL|PROTOCOL)|ERR_OSSL/;

/** Why no answer came from the API server, and whether another try is of use. */
export function unreachable(
  server: string,
  thrown: unknown,
): { readonly error: CdcError; readonly mayPass: boolean } {
  const { code, message } = thrown as { readonly code?: string; readonly message?: string };
  // Where several addresses were tried there is a code, and the message is empty.
  const why = message === undefined || message === "" ? (code ?? String(thrown)) : message;
  if (code !== undefined && LASTING.test(code)) {
    return {
      mayPass: false,
      error: new CdcError(
        "CLUSTER_UNREACHABLE",
        `no secure connection to the API server at ${server}: ${why}`,
        {
          hint: "is the kubeconfig of this cluster, and not of an older one? kubectl cluster-info",
          details: { server },
        },
      ),
    };
  }
  return {
    mayPass: true,
    error: new CdcError("CLUSTER_UNREACHABLE", `the API server at ${server} does not answer: ${why}`, {
      hint: "kubectl get --raw /readyz; check the address, the network, a VPN, and that the cluster runs",
      details: { server },
    }),
  };
}
