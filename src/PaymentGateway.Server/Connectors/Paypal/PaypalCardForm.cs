using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Paypal;

/// <summary>
/// PayPal's Card Fields, of its JavaScript SDK. PayPal Docs, "JavaScript SDK reference", "Save cards with no purchase". The SDK writes its
/// styles into the page, for which it takes a nonce.
/// </summary>
internal static class PaypalCardForm
{
    private const string Adapter = "paypal";
    private const string LibraryPath = "/sdk/js";
    private const string Objects = "https://www.paypalobjects.com";

    private static readonly BrowserHosts live = HostsOf("https://www.paypal.com");
    private static readonly BrowserHosts sandbox = HostsOf("https://www.paypal.com", "https://www.sandbox.paypal.com");

    /// <param name="api">Where the account's calls go: a simulator serves its own library.</param>
    public static CardForm Of(Uri api, Mode mode, string clientId)
    {
        var isPaypal = api.Host is "api-m.paypal.com" or "api-m.sandbox.paypal.com";
        var hosts = !isPaypal ? BrowserHosts.Only(api) with { WritesStyles = true } : mode == Mode.Live ? live : sandbox;
        var path = $"{LibraryPath}?client-id={Uri.EscapeDataString(clientId)}&components=card-fields";
        return new(Adapter, new Uri(new Uri(hosts.Scripts[0]), path), hosts, new Dictionary<string, string> { [PaypalConnector.ClientId] = clientId }, NeedsSession: true);
    }

    private static BrowserHosts HostsOf(params IReadOnlyList<string> pages) => new([.. pages, Objects], pages, [.. pages, Objects])
    {
        Images = [.. pages, Objects],
        WritesStyles = true,
    };
}
