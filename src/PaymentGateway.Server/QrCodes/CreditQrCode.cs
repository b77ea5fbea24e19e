using System.Text.Json.Nodes;
using PaymentGateway.Clocks;
using PaymentGateway.Commit;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Merchants;
using PaymentGateway.Payments;
using PaymentGateway.WorkItems;

namespace PaymentGateway.QrCodes;

/// <summary>
/// A processor says that somebody paid by a code: order, payment, ledger, the code's count and the events in one commit, once for each
/// reference. Money that the code is not for (it is closed, or paid already) is a payment too, with an order of its own, so that it
/// stands in the book and can be paid back; the code does not count it.
/// </summary>
internal sealed partial class CreditQrCode(
    QrCodeStore store, PaymentStore payments, InboundPayments inbound, MerchantStore merchants, WorkItemMoves items, Committer committer,
    QrCodeFacts facts, MerchantClocks clocks, ILogger<CreditQrCode> log) : INewsReader
{
    /// <summary>Each lost round means that another change of this code or order won it, so this many are never needed.</summary>
    private const int RoundsMax = 100;

    public bool Takes(ConnectorNews news) => news is ConnectorNews.OfQrCredit;

    /// <inheritdoc/>
    public async Task<Refusal?> Read(string connector, ConnectorNotification message, Origin origin, CancellationToken cancel)
    {
        var (tenant, credit) = (message.Tenant, ((ConnectorNews.OfQrCredit)message.News).Credit);
        for (var round = 1; round <= RoundsMax; round++)
        {
            if (await store.Find(tenant, credit.QrCodeId, cancel) is not { } code)
            {
                return await ReadOfUnknown(tenant, connector, credit, origin, cancel);
            }

            if (await store.IsCredited(tenant, connector, credit.Reference, cancel) || await TryCredit(code, connector, credit, origin, cancel))
            {
                return null;
            }
        }

        throw new InvalidOperationException($"Code {credit.QrCodeId} met a conflict {RoundsMax} times in a row.");
    }

    /// <summary>The money is there all the same: it stands in suspense until a person has found out whose it is.</summary>
    private async Task<Refusal?> ReadOfUnknown(Tenant tenant, string connector, QrCredit credit, Origin origin, CancellationToken cancel)
    {
        if (await merchants.Find(tenant) is null)
        {
            return new Refusal(Errors.QrCodeNotFound);
        }

        var theirs = new JsonObject
        {
            ["outcome"] = "captured",
            ["qrCodeId"] = credit.QrCodeId,
            ["reference"] = credit.Reference,
            ["amount"] = credit.Amount.ToMajor(),
        };
        await items.OpenAlone(
            new NewWorkItem(
                tenant, WorkItemKind.UnknownCharge, $"unknown_credit:{connector}:{credit.Reference}", connector, "{}", theirs.ToJsonString(),
                [WorkItemAction.Dismiss], credit.Amount, InSuspense: true),
            origin, cancel);
        return null;
    }

    /// <summary>One round: false when another change was first.</summary>
    private async Task<bool> TryCredit(QrCode code, string connector, QrCredit credit, Origin origin, CancellationToken cancel)
    {
        var now = clocks.Now(code.Tenant);
        var change = new Change();
        var (paid, surplus) = await WritePayment(change, code, connector, credit, origin, now, cancel);
        var row = new Credit(
            code.Tenant, connector, credit.Reference, code.Id, paid.Payment.Id, paid.Order.Id, credit.Amount, surplus, now);
        change.Write(QrCodeRows.InsertCredit, row);
        var next = code;
        if (surplus is null)
        {
            next = QrCodeDecisions.Decide(code, new QrCodeCommand.Credit(credit.Amount), now).Value;
            change.Write(QrCodeRows.Count, (next, row));
        }
        else
        {
            LogSurplus(code.Id, credit.Reference, surplus);
        }

        facts.Write(change, "qr_code.credited", code, next, row, origin);
        if (next.State != code.State)
        {
            facts.Write(change, "qr_code.closed", code, next, null, origin);
        }

        return await Commit(change, paid, cancel);
    }

    /// <summary>The payment of the code's order, or of a new one: always for a static code, and for what the code is not for.</summary>
    private async Task<(InboundPayment Paid, string? Surplus)> WritePayment(
        Change change, QrCode code, string connector, QrCredit credit, Origin origin, DateTimeOffset now, CancellationToken cancel)
    {
        var surplus = QrCodeDecisions.SurplusOf(code, credit.Amount, now);
        if (surplus is null && code.OrderId is { } orderId)
        {
            var (order, payment) = await payments.FindOrder(code.Tenant, orderId, cancel);
            var written = await inbound.Write(change, order!, isNew: false, payment, connector, credit, origin, cancel);
            if (!written.IsRefused)
            {
                return (written.Value, null);
            }

            // The order may have ended together with the code, since the code was read.
            var meanwhile = await store.Find(code.Tenant, code.Id, cancel);
            surplus = QrCodeDecisions.SurplusOf(meanwhile!, credit.Amount, now) ?? "order_closed";
        }

        var own = inbound.NewOrder(code.Tenant, credit.Amount, PurposeOf(code), expiresAt: null);
        return ((await inbound.Write(change, own, isNew: true, payment: null, connector, credit, origin, cancel)).Value, surplus);
    }

    private async Task<bool> Commit(Change change, InboundPayment paid, CancellationToken cancel)
    {
        switch (await committer.Commit(change, cancel))
        {
            case CommitOutcome.Committed:
                paid.Committed();
                return true;
            case CommitOutcome.Rejected rejected:
                throw new CommitRejectedException(rejected);
            default:
                return false;
        }
    }

    internal static Purpose PurposeOf(QrCode code) => new(null, null, null, null, code.Description, code.Metadata, null, null);

    [LoggerMessage(LogLevel.Warning, "QR code {QrCodeId} does not count {Reference}: {Surplus}")]
    private partial void LogSurplus(string qrCodeId, string reference, string surplus);
}
