using System.Text.Json.Nodes;
using PaymentGateway.Connectors;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Payments;

namespace PaymentGateway.QrCodes;

/// <summary>A code as it is sent.</summary>
/// <param name="Text">What to draw, if you draw it yourself.</param>
/// <param name="OrderId">What a dynamic code pays.</param>
/// <param name="PaymentsCount">What the code counts; see its credits for money that it does not.</param>
/// <param name="TestUrl">Sandbox only: a page that plays the customer who scans.</param>
internal sealed record QrCodeView(
    string Id, string QrCodeId, string MerchantId, string Type, string Format, string Status, decimal? Amount, string Currency, string? OrderId,
    string Text, QrImages Images, string? Description, JsonNode? Metadata, int PaymentsCount, decimal AmountReceived, string? TestUrl,
    DateTimeOffset CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? ClosedAt)
{
    public static QrCodeView Of(QrCode code, PublicAddress address) => new(
        code.Id, code.Id, code.Tenant.MerchantId, StateWords.Of(code.Kind), code.Format, StateWords.Of(code.State), code.Amount?.ToMajor(),
        code.Currency.Code, code.OrderId, code.Text,
        new(ImageOf(code, address, "svg"), ImageOf(code, address, "png")), code.Description, JsonNode.Parse(code.Metadata),
        code.PaymentsCount, code.AmountReceived.ToMajor(),
        code.Tenant.Mode == Mode.Test ? address.Link($"/sandbox/qr-codes/{code.Id}") : null, code.CreatedAt, code.ExpiresAt, code.ClosedAt);

    private static string ImageOf(QrCode code, PublicAddress address, string format) =>
        address.Link($"/api/payments/qr-codes/{code.Id}/image?format={format}");
}

/// <summary>Money that came in by a code.</summary>
/// <param name="Reference">The processor's own id of it.</param>
/// <param name="Surplus">
/// Why the code does not count it: code_paid, code_expired, code_canceled, wrong_amount or order_closed; absent when it does.
/// </param>
internal sealed record CreditView(
    string PaymentId, string OrderId, decimal Amount, string Currency, string Connector, string Reference, string? Surplus, DateTimeOffset CreditedAt)
{
    public static CreditView Of(Credit credit) => new(
        credit.PaymentId, credit.OrderId, credit.Amount.ToMajor(), credit.Amount.Currency.Code, credit.Connector, credit.Reference,
        credit.Surplus, credit.CreditedAt);
}
