namespace PaymentGateway.Http;

/// <summary>Where the outside reaches this server: links, return addresses and the sandbox's messages start with it.</summary>
public sealed class PublicAddress
{
    private Uri? address;

    /// <summary>Known from the settings, or once the server listens.</summary>
    public Uri Base
    {
        get => address ?? throw new InvalidOperationException("The server does not listen yet, so it has no address.");
        set => address = value;
    }

    public string Link(string path) => new Uri(Base, path).ToString();
}
