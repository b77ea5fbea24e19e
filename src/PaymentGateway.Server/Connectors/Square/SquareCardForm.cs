using PaymentGateway.Database;

namespace PaymentGateway.Connectors.Square;

/// <summary>
/// Square's Web Payments SDK with its card. Square Docs, "Take a card payment", "Add a Content Security Policy". 3-D Secure is played in
/// frames of the SDK while the card is tokenized.
/// </summary>
internal static class SquareCardForm
{
    private const string Adapter = "square";
    private const string LibraryPath = "/v1/square.js";
    private static readonly IReadOnlyList<string> fonts =
        ["https://square-fonts-production-f.squarecdn.com", "https://d1g145x70srn7h.cloudfront.net"];

    private static readonly BrowserHosts live = HostsOf("https://web.squarecdn.com", "squareup.com");
    private static readonly BrowserHosts sandbox = HostsOf("https://sandbox.web.squarecdn.com", "squareupsandbox.com");

    /// <param name="api">Where the account's calls go: a simulator serves its own library.</param>
    public static CardForm Of(Uri api, Mode mode, string applicationId, string locationId)
    {
        var isSquare = api.Host is "connect.squareup.com" or "connect.squareupsandbox.com";
        var hosts = !isSquare ? BrowserHosts.Only(api) : mode == Mode.Live ? live : sandbox;
        return new(Adapter, new Uri(new Uri(hosts.Scripts[0]), LibraryPath), hosts, new Dictionary<string, string>
        {
            [SquareKeys.ApplicationId] = applicationId,
            [SquareKeys.LocationId] = locationId,
        });
    }

    private static BrowserHosts HostsOf(string library, string domain) => new(
        [library], [library, $"https://connect.{domain}", $"https://api.{domain}", "https://geoissuer.cardinalcommerce.com"],
        [$"https://connect.{domain}", $"https://pci-connect.{domain}"])
    {
        Styles = [library],
        Fonts = fonts,
    };
}
