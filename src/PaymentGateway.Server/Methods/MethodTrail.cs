using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PaymentGateway.Audit;
using PaymentGateway.Commit;
using PaymentGateway.Http;
using PaymentGateway.Methods.Bnpl;
using PaymentGateway.Methods.Emi;

namespace PaymentGateway.Methods;

/// <summary>The audit rows of rate cards, credit lines, agreements and instalments.</summary>
internal static class MethodTrail
{
    /// <param name="change">Writes the cards too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">Audit rows go by the real time.</param>
    /// <param name="before">As they stood; version 0 when the merchant had none of its own.</param>
    /// <param name="next">As they will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, EmiRateCardsRow before, EmiRateCardsRow next) => AuditTrail.Record(
        change, next.Tenant, origin, real, "emi_rate_cards.update", "emi_rate_cards", next.Tenant.MerchantId,
        before.Version == 0 ? null : CardsOf(before), CardsOf(next));

    /// <summary>An attempt takes credit: the row of what it took, since the line itself is only added to.</summary>
    public static void Consumed(Change change, Origin origin, TimeProvider real, CreditMove move, string chargeId) =>
        Credit(change, origin, real, "credit_line.consume", move, chargeId);

    /// <param name="change">Writes the line too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">Audit rows go by the real time.</param>
    /// <param name="move">What is given back.</param>
    /// <param name="chargeId">The attempt that had taken it.</param>
    public static void Released(Change change, Origin origin, TimeProvider real, CreditMove move, string chargeId) =>
        Credit(change, origin, real, "credit_line.release", move, chargeId);

    public static void Agreed(Change change, Origin origin, TimeProvider real, Agreement agreement) => AuditTrail.Record(
        change, agreement.Tenant, origin, real, "bnpl_agreement.create", "bnpl_agreement", agreement.ChargeId, before: null, new JsonObject
        {
            ["paymentId"] = agreement.PaymentId,
            ["customerId"] = agreement.CustomerId,
            ["planId"] = agreement.Details.PlanId,
            ["amount"] = agreement.Amount.ToMajor(),
            ["currency"] = agreement.Amount.Currency.Code,
            ["consentedAt"] = Json.Time(agreement.Details.ConsentedAt),
        });

    public static void Financed(Change change, Origin origin, TimeProvider real, ChargeMove move) => AuditTrail.Record(
        change, move.Tenant, origin, real, "bnpl_agreement.finance", "bnpl_agreement", move.ChargeId,
        new JsonObject { ["financed"] = move.CapturedBefore.ToMajor() },
        new JsonObject { ["financed"] = (move.CapturedBefore + move.Captured).ToMajor() });

    /// <summary>A refund lowers a loan, or came back and raises it again.</summary>
    public static void Refunded(Change change, Origin origin, TimeProvider real, LoanRefundParts parts, string action) => AuditTrail.Record(
        change, parts.Refund.Tenant, origin, real, action, "bnpl_agreement", parts.Refund.ChargeId, before: null, new JsonObject
        {
            ["refundId"] = parts.Refund.RefundId,
            ["amount"] = parts.Refund.Amount.ToMajor(),
            ["freed"] = parts.Freed.ToMajor(),
            ["surplus"] = parts.Surplus.ToMajor(),
            ["currency"] = parts.Refund.Amount.Currency.Code,
        });

    /// <param name="change">Writes the instalment too.</param>
    /// <param name="origin">Who.</param>
    /// <param name="real">Audit rows go by the real time.</param>
    /// <param name="before">Null: the instalment is new.</param>
    /// <param name="next">The instalment as it will be.</param>
    public static void Record(Change change, Origin origin, TimeProvider real, Installment? before, Installment next) => AuditTrail.Record(
        change, next.Tenant, origin, real, $"bnpl_installment.{ActionOf(before, next)}", "bnpl_installment", next.Id,
        before is null ? null : FieldsOf(before), FieldsOf(next));

    private static string ActionOf(Installment? before, Installment next) =>
        before is null ? "create" : next.AmountRefunded > before.AmountRefunded ? "refund" : before.State == next.State ? "remind" : InstallmentDecisions.WordOf(next.State);

    private static void Credit(Change change, Origin origin, TimeProvider real, string action, CreditMove move, string chargeId) => AuditTrail.Record(
        change, move.Tenant, origin, real, action, "credit_line", move.CustomerId, before: null, new JsonObject
        {
            ["chargeId"] = chargeId,
            ["amount"] = move.Amount.ToMajor(),
            ["currency"] = move.Amount.Currency.Code,
        });

    private static JsonObject CardsOf(EmiRateCardsRow row) => new() { ["cards"] = JsonSerializer.SerializeToNode(row.Cards.Cards, Json.Options) };

    private static JsonObject FieldsOf(Installment now) => new()
    {
        ["chargeId"] = now.ChargeId,
        ["customerId"] = now.CustomerId,
        ["amount"] = now.Amount.ToMajor(),
        ["amountRefunded"] = now.AmountRefunded.ToMajor(),
        ["currency"] = now.Amount.Currency.Code,
        ["status"] = InstallmentDecisions.WordOf(now.State),
        ["dueDate"] = now.DueDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["nextNoticeAt"] = now.NextNoticeAt is { } notice ? Json.Time(notice) : null,
        ["reference"] = now.Reference,
    };
}
