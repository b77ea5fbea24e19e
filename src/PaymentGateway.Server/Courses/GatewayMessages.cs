using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Connectors.Hdfc;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.Courses;

/// <summary>What comes from the gateway about course payments: whether it is genuine, kept where it is, and an alert where it is not.</summary>
internal sealed partial class GatewayMessages(
    TransactionStore store, IProcessorAccounts accounts, CourseGateway gateways, TransactionFacts facts, SecretVault vault, Committer committer,
    MerchantClocks clocks, ILogger<GatewayMessages> log)
{
    private const string ResponseKey = "responseKey";
    private const string OrderField = "order_id";
    private const string SealPurpose = "courses.messages";

    internal static SealedColumn Sealed { get; } = new("courses.messages", ["id"], "sealed", [], _ => SealPurpose);

    /// <summary>The payment that the browser comes back from; null: it does not bring what the gateway, or this server, has signed.</summary>
    public async Task<CourseTransaction?> Verify(IReadOnlyList<KeyValuePair<string, string>> fields, Origin origin, CancellationToken cancel)
    {
        var (named, isGenuine) = await Check(fields, cancel);
        if (named is not null && isGenuine)
        {
            return named;
        }

        await Alert(named, MessageKind.Callback, origin, cancel);
        return null;
    }

    /// <summary>Keeps what came, sealed.</summary>
    public async Task Keep(CourseTransaction about, MessageKind kind, ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        var message = new GatewayMessage(
            Id.New("cmsg", clocks.Real), about, kind, vault.Encrypt(SealPurpose, Encoding.UTF8.GetString(body.Span)),
            SHA256.HashData(body.Span), clocks.Now(about.Tenant));
        if (await committer.Commit(new Change().Of(about.Tenant).Write(TransactionRows.InsertMessage, message), cancel) is CommitOutcome.Rejected rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    /// <summary>The course payment that a webhook's order is of; null: of none, or it cannot be read.</summary>
    public async Task<CourseTransaction?> Named(ReadOnlyMemory<byte> body, CancellationToken cancel)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return document.RootElement is { ValueKind: JsonValueKind.Object } root
                && root.TryGetProperty("content", out var content) && content.ValueKind == JsonValueKind.Object
                && content.TryGetProperty("order", out var order) && order.ValueKind == JsonValueKind.Object
                && order.TryGetProperty(OrderField, out var id) && id.ValueKind == JsonValueKind.String
                    ? await store.FindByReference(id.GetString()!, cancel)
                    : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Somebody plays the gateway. The merchant is told, so often; the log is told always.</summary>
    public async Task Alert(CourseTransaction? about, MessageKind kind, Origin origin, CancellationToken cancel)
    {
        LogForged(kind, about?.Id, origin.Address, origin.RequestId);
        if (about is null)
        {
            return;
        }

        var change = new Change().Of(about.Tenant).Write(TransactionRows.CountAlert, about);
        facts.WriteAlert(change, about, kind, origin);
        if (await committer.Commit(change, cancel) is CommitOutcome.Rejected rejected)
        {
            throw new CommitRejectedException(rejected);
        }
    }

    private async Task<(CourseTransaction? Named, bool IsGenuine)> Check(
        IReadOnlyList<KeyValuePair<string, string>> fields, CancellationToken cancel)
    {
        if (ValueOf(fields, OrderField) is { } orderId)
        {
            return await store.FindByReference(orderId, cancel) is { } paid
                ? (paid, (await accounts.Find(paid.Tenant, CourseGateway.Connector))?[ResponseKey] is { Length: > 0 } key && HdfcReturn.Verify(fields, key))
                : (null, false);
        }

        return ValueOf(fields, CourseGateway.TransactionField) is { } id && await store.FindAnywhere(id, cancel) is { } named
            ? (named, gateways.IsOurSignature(named, ValueOf(fields, CourseGateway.SignatureField)))
            : (null, false);
    }

    private static string? ValueOf(IReadOnlyList<KeyValuePair<string, string>> fields, string name) =>
        fields.FirstOrDefault(field => field.Key == name).Value;

    [LoggerMessage(Level = LogLevel.Warning,
        Message = "Security alert: a forged {Kind} for the course payment {TransactionId} from {Address}, request {RequestId}; nothing was changed")]
    private partial void LogForged(MessageKind kind, string? transactionId, System.Net.IPAddress? address, string? requestId);
}
