using System.Text.Json;
using PaymentGateway.Database;

namespace PaymentGateway.Connectors;

/// <summary>A message as it came.</summary>
/// <param name="Headers">Their names in any case.</param>
/// <param name="Body">Byte for byte, since it is signed so.</param>
/// <param name="ReceivedAt">What a dated signature is compared with.</param>
/// <param name="Url">The address that it was sent to, as the processor knows it; null for messages from before it was kept.</param>
public sealed record IncomingMessage(
    IReadOnlyDictionary<string, string> Headers, ReadOnlyMemory<byte> Body, DateTimeOffset ReceivedAt, string? Url = null)
{
    /// <summary>The header, or null.</summary>
    public string? Header(string name) =>
        Headers.FirstOrDefault(header => string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>The body of a processor that writes JSON.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public JsonElement ReadJson()
    {
        using var document = JsonDocument.Parse(Body);
        return document.RootElement.Clone();
    }
}

/// <summary>A message that its processor wrote for certain.</summary>
/// <param name="Id">The processor's id of it, the same on every repeat.</param>
/// <param name="Tenant">Whose it is.</param>
/// <param name="Subject">What it is about, for an operator: our key, or the processor's id.</param>
public sealed record VerifiedMessage(string Id, Tenant Tenant, string Subject);

/// <summary>What a connector has besides when its processor writes to us.</summary>
/// <remarks>
/// In two steps, so that a message is acknowledged fast and read with leisure: it is verified before anything of it is kept, and read
/// after it is kept, as often as it takes.
/// </remarks>
public interface IMessageConnector
{
    /// <summary>Null: the signature fits no account, or is too old or of the future.</summary>
    /// <param name="message">As it came.</param>
    /// <param name="receivers">The accounts that it may be for; empty where merchants have none at the processor.</param>
    /// <param name="cancel">Stops it.</param>
    /// <exception cref="System.Text.Json.JsonException">The signature fits, and the body is not what the processor writes.</exception>
    Task<VerifiedMessage?> Verify(IncomingMessage message, IReadOnlyList<ProcessorAccount> receivers, CancellationToken cancel);

    /// <summary>What a verified message says; it may ask the processor for what the message leaves out. Empty: nothing that matters here.</summary>
    Task<IReadOnlyList<ConnectorNews>> Read(Tenant tenant, IncomingMessage message, CancellationToken cancel);
}
