namespace PaymentGateway.Connectors.Stripe;

/// <summary>
/// Stripe.js with its card element. Stripe Docs, "Stripe.js: including", "Security guide: content security policy". The hosts for
/// addresses and maps are not among them: the element asks for a card only.
/// </summary>
internal static class StripeCardForm
{
    private const string Adapter = "stripe";
    private const string OwnHost = "api.stripe.com";
    private static readonly Uri library = new("https://js.stripe.com/v3/");

    private static readonly BrowserHosts hosts = new(
        ["https://js.stripe.com", "https://*.js.stripe.com"],
        ["https://js.stripe.com", "https://*.js.stripe.com", "https://hooks.stripe.com"],
        ["https://api.stripe.com"]);

    /// <param name="api">Where the account's calls go: a simulator serves its own library.</param>
    public static CardForm Of(Uri api, string publishableKey)
    {
        var isStripe = api.Host == OwnHost;
        return new(
            Adapter, isStripe ? library : new Uri(api, library.AbsolutePath), isStripe ? hosts : BrowserHosts.Only(api),
            new Dictionary<string, string> { [StripeConnector.PublishableKey] = publishableKey });
    }
}
