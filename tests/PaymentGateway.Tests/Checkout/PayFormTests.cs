using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using PaymentGateway.Checkout;
using PaymentGateway.Connectors;

namespace PaymentGateway.Tests.Checkout;

public sealed class PayFormTests
{
    [Fact]
    public void Each_method_becomes_its_instrument()
    {
        Assert.Equal(new Instrument.Card("tok_1"), Read(("method", "card"), ("cardToken", "tok_1")).Instrument);
        Assert.Equal(new Instrument.Upi("collect", "asha@okbank"), Read(("method", "upi"), ("vpa", " asha@okbank ")).Instrument);
        Assert.Equal(new Instrument.Upi("qr", null), Read(("method", "upi"), ("flow", "qr")).Instrument);
        Assert.Equal(new Instrument.Upi("intent", null), Read(("method", "upi"), ("flow", "intent")).Instrument);
        Assert.Equal(new Instrument.NetBanking("HDFC"), Read(("method", "netbanking"), ("bankCode", "HDFC")).Instrument);
        Assert.Equal(new Instrument.Wallet("paytm"), Read(("method", "wallet"), ("wallet", "paytm")).Instrument);
        Assert.Equal(new Instrument.Emi("tok_1", 6, null), Read(("method", "emi"), ("cardToken", "tok_1"), ("emiTenure", "6")).Instrument);
        Assert.Equal(
            new Instrument.Bnpl("bnpl_15days", DateTimeOffset.UnixEpoch, "203.0.113.7"),
            Read(("method", "bnpl"), ("bnplPlanId", "bnpl_15days"), ("customerConsent", "true")).Instrument);
    }

    [Fact]
    public void A_token_of_a_processors_form_is_for_that_processor()
    {
        var cards = Assert.IsType<Instrument.Cards>(Read(("method", "card"), ("cardToken", "pm_1"), ("processor", "stripe")).Instrument);
        Assert.Equal(new KeyValuePair<string, string>("stripe", "pm_1"), Assert.Single(cards.Tokens));
    }

    [Theory]
    [InlineData("card", "cardToken", "", "INVALID_TOKEN", null)]
    [InlineData("upi", "vpa", "nobody", "VALIDATION_FAILED", "vpa")]
    [InlineData("upi", "flow", "autopay", "VALIDATION_FAILED", "vpa")]
    [InlineData("netbanking", "bankCode", "", "VALIDATION_FAILED", "bankCode")]
    [InlineData("wallet", "other", "x", "PAYMENT_METHOD_NOT_AVAILABLE", null)]
    [InlineData("emi", "cardToken", "tok_1", "EMI_NOT_AVAILABLE", null)]
    [InlineData("emi", "emiTenure", "6", "INVALID_TOKEN", null)]
    [InlineData("bnpl", "bnplPlanId", "bnpl_15days", "CONSENT_REQUIRED", null)]
    [InlineData("bnpl", "customerConsent", "true", "BNPL_NOT_AVAILABLE", null)]
    [InlineData("cash", "other", "x", "PAYMENT_METHOD_NOT_AVAILABLE", null)]
    [InlineData("card", "cardToken", "4111 1111 1111 1111", "CARD_DATA_REFUSED", null)]
    [InlineData("upi", "note", "4111111111111111", "CARD_DATA_REFUSED", null)]
    public void What_cannot_be_read_is_a_problem(string method, string field, string value, string code, string? atField)
    {
        var (instrument, problem) = Read(("method", method), (field, value));

        Assert.Null(instrument);
        Assert.Equal(new Problem(code, atField), problem);
    }

    private static (Instrument? Instrument, Problem? Problem) Read(params (string Name, string Value)[] fields) =>
        PayForm.Read(new FormCollection(fields.ToDictionary(f => f.Name, f => new StringValues(f.Value))), DateTimeOffset.UnixEpoch, "203.0.113.7");
}
