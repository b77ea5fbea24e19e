using System.Net;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.People;

/// <summary>One-time codes over HTTP: enrolled, given at sign-in, given for single operations.</summary>
public sealed class SecondFactorTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task It_is_enrolled_and_asked_for_from_then_on()
    {
        using var person = await shared.SignedIn();
        var before = person.RefreshToken;
        await person.SignIn();
        var (_, offer, _) = await person.Post("/api/auth/second-factor/enrol", new { password = person.Password });
        Assert.StartsWith("otpauth://totp/PaymentGateway:", offer.Text("uri"), StringComparison.Ordinal);
        Assert.StartsWith("<svg", offer.Text("qrSvg"), StringComparison.Ordinal);
        Assert.Equal("PNG", System.Text.Encoding.ASCII.GetString(Convert.FromBase64String(offer.Text("qrPng"))[1..4]));

        await person.Enrol();
        Assert.Equal(10, person.RecoveryCodes.Distinct().Count());
        Assert.Contains("second_factor_changed", await person.Inbox());
        Assert.Equal("SESSION_EXPIRED", (await person.Post("/api/auth/refresh", new { refreshToken = before })).Body.Code());

        var me = await person.Client.GetJson("/api/auth/me");
        Assert.Equal((true, 10), (me.GetProperty("secondFactor").GetBoolean(), me.GetProperty("recoveryCodesLeft").GetInt32()));
        Assert.Equal("TWO_FACTOR_AUTH_REQUIRED", (await person.TryToSignIn()).Body.Code());
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.TryToSignIn(code: person.WrongCode())).Body.Code());
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn("wrong, all wrong", person.NextCode())).Body.Code());
        await person.SignIn();
        Assert.Equal("INVALID_STATE", (await person.Post("/api/auth/second-factor/enrol", new { password = person.Password })).Body.Code());
    }

    [Fact]
    public async Task Nothing_counts_before_a_code_was_given()
    {
        using var person = await shared.SignedIn();
        Assert.Equal("INVALID_STATE", (await person.Post("/api/auth/second-factor/confirm", new { code = "123456" })).Body.Code());
        Assert.Equal("LOGIN_FAILED", (await person.Post("/api/auth/second-factor/enrol", new { password = "wrong, all wrong" })).Body.Code());
        await person.Post("/api/auth/second-factor/enrol", new { password = person.Password });
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.Post("/api/auth/second-factor/confirm", new { code = "12345" })).Body.Code());
        await person.SignIn();
    }

    [Fact]
    public async Task A_recovery_code_is_good_once()
    {
        using var person = await shared.WithFactor();
        Assert.Equal(HttpStatusCode.OK, (await person.TryToSignIn(code: person.RecoveryCodes[0])).Status);
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.TryToSignIn(code: person.RecoveryCodes[0])).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.TryToSignIn(code: person.RecoveryCodes[1].ToUpperInvariant().Replace("-", "", StringComparison.Ordinal))).Status);

        var (status, renewed, _) = await person.Post("/api/auth/second-factor/recovery-codes", new { code = person.NextCode() });
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.TryToSignIn(code: person.RecoveryCodes[2])).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.TryToSignIn(code: renewed.GetProperty("recoveryCodes")[0].GetString())).Status);
    }

    [Fact]
    public async Task It_is_disabled_with_password_and_code_only()
    {
        using var person = await shared.WithFactor();
        Assert.Equal("LOGIN_FAILED", (await person.Post("/api/auth/second-factor/disable", new { password = "wrong, all wrong", code = person.NextCode() })).Body.Code());
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.Post("/api/auth/second-factor/disable", new { password = person.Password })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await person.Post("/api/auth/second-factor/disable", new { password = person.Password, code = person.RecoveryCodes[3] })).Status);
        Assert.Equal(HttpStatusCode.OK, (await person.TryToSignIn()).Status);
        Assert.Equal("INVALID_STATE", (await person.Post("/api/auth/second-factor/recovery-codes", new { code = person.NextCode() })).Body.Code());
    }

    [Fact]
    public async Task A_person_approves_with_a_code_and_no_code_approves_twice()
    {
        var shop = shared.Gateway.Shop;
        using var server = shared.Gateway.Client();
        await server.Set(shop, new { refundPolicy = new { approvalAbove = 0, secondFactorAbove = 0 } });
        var refunds = new List<string>();
        for (var i = 0; i < 3; i++)
        {
            refunds.Add((await server.Refund(await server.PaidPayment(50m))).Body.Text("id"));
        }

        using var person = await shared.Member(shop.MerchantId, withFactor: true, "finance");
        Assert.Equal("TWO_FACTOR_AUTH_REQUIRED", await Approve(person, refunds[0], null));
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", await Approve(person, refunds[0], person.WrongCode()));
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", await Approve(person, refunds[0], person.RecoveryCodes[0]));
        var code = person.NextCode();
        Assert.Equal("succeeded", await Approve(person, refunds[0], code));
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", await Approve(person, refunds[1], code));
        Assert.Equal("TWO_FACTOR_AUTH_FAILED", (await person.TryToSignIn(code: code)).Body.Code());
        Assert.Equal("succeeded", await Approve(person, refunds[1], person.NextCode()));

        var approver = (await server.GetRefund(refunds[0])).GetProperty("approvals")[0].Text("approver");
        Assert.Equal(await person.Id(), approver);
        Assert.Equal("SAME_APPROVER", (await server.Command(refunds[2], "approve")).Body.Code());
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_is_answered_and_uses_no_second_code()
    {
        var shop = shared.Gateway.Shop;
        using var server = shared.Gateway.Client();
        await server.Set(shop, new { refundPolicy = new { approvalAbove = 0, secondFactorAbove = 0 } });
        var refund = (await server.Refund(await server.PaidPayment(50m))).Body.Text("id");
        using var person = await shared.Member(shop.MerchantId, withFactor: true, "owner");
        var code = person.NextCode();
        Assert.Equal("succeeded", await Approve(person, refund, code, "once"));
        Assert.Equal("succeeded", await Approve(person, refund, code, "once"));
    }

    private static async Task<string> Approve(Somebody person, string refund, string? code, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/payments/refunds/{refund}/approve");
        if (code is not null)
        {
            request.Headers.Add("X-Second-Factor", code);
        }

        if (key is not null)
        {
            request.Headers.Add("Idempotency-Key", key);
        }

        using var response = await person.Client.SendAsync(request);
        var body = System.Text.Json.JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return response.IsSuccessStatusCode ? body.Text("status") : body.Code();
    }
}
