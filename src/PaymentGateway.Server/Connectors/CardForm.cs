using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>What a connector has besides when its processor takes cards in the customer's browser, by a library of its own.</summary>
public interface ICardFormConnector
{
    /// <summary>The form for a merchant's account; null: the account lacks what the browser must know.</summary>
    CardForm? CardFormOf(ProcessorAccount account);

    /// <summary>
    /// Opens at the processor what a browser then fills a card into, and answers its name, which is a token once it is filled. Only where
    /// <see cref="CardForm.NeedsSession"/> is declared. No money depends on it: what nobody fills in is forgotten there.
    /// </summary>
    Task<string> OpenCardSession(Tenant tenant, CancellationToken cancel) =>
        throw new NotSupportedException("Its card form needs no session.");
}

/// <summary>A card form of a processor, for a page of ours. The fields are frames of the processor: this server sees a token.</summary>
/// <param name="Adapter">Our own script that drives the library: <c>stripe</c> is <c>wwwroot/checkout/js/cards/stripe.js</c>.</param>
/// <param name="Library">The processor's script. It is loaded from there and never served from here.</param>
/// <param name="Hosts">All that the library reaches from the page.</param>
/// <param name="Settings">What the page tells the library. Everybody with the link can read it: never a secret.</param>
/// <param name="NeedsSession">The page asks for <see cref="ICardFormConnector.OpenCardSession"/> before the card is read.</param>
public sealed record CardForm(
    string Adapter, Uri Library, BrowserHosts Hosts, IReadOnlyDictionary<string, string> Settings, bool NeedsSession = false);

/// <summary>What a page with a processor's library must allow in its content policy, beyond what it allows anyway.</summary>
/// <param name="Scripts">Origins for <c>script-src</c>.</param>
/// <param name="Frames">For <c>frame-src</c>.</param>
/// <param name="Connections">For <c>connect-src</c>.</param>
public sealed record BrowserHosts(IReadOnlyList<string> Scripts, IReadOnlyList<string> Frames, IReadOnlyList<string> Connections)
{
    public IReadOnlyList<string> Styles { get; init; } = [];

    public IReadOnlyList<string> Images { get; init; } = [];

    public IReadOnlyList<string> Fonts { get; init; } = [];

    /// <summary>The library writes styles into the page: they are let in by a nonce, which is new with every page.</summary>
    public bool WritesStyles { get; init; }

    /// <summary>Of a simulator, which has everything in one place.</summary>
    public static BrowserHosts Only(Uri simulator)
    {
        var origin = simulator.GetLeftPart(UriPartial.Authority);
        return new([origin], [origin], [origin]);
    }
}
