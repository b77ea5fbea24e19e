using System.Net;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.People;
using PaymentGateway.Tests.Hosting;
using PaymentGateway.Tests.Refunds;

namespace PaymentGateway.Tests.People;

/// <summary>
/// One code, thirty-two calls at once. The limits on guessing would let a handful through: here they let all, so that nothing but the
/// database stands between them.
/// </summary>
public sealed class CodeRaceTests : IAsyncLifetime
{
    private static readonly AttemptLimit none = new(1_000_000, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), LockAt: null);

    private readonly ManualClock clock = new();
    private TestGateway gateway = null!;

    public async ValueTask InitializeAsync() => gateway = await TestGateway.StartWith(
        services => services.AddSingleton(new AttemptLimits { Passwords = none, Codes = none, Address = none, Mail = none }),
        clock, ("ROLE", "api"), ("TRUSTED_PROXIES", "127.0.0.1/32"));

    public ValueTask DisposeAsync() => gateway.DisposeAsync();

    [Fact]
    public async Task One_code_signs_in_once()
    {
        using var person = await WithFactor();
        var code = person.NextCode();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => person.TryToSignIn(code: code)));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.All(answers.Where(answer => answer.Status != HttpStatusCode.OK), answer => Assert.Equal("TWO_FACTOR_AUTH_FAILED", answer.Body.Code()));
    }

    [Fact]
    public async Task One_recovery_code_signs_in_once()
    {
        using var person = await WithFactor();
        var answers = await Task.WhenAll(Enumerable.Range(0, 32).Select(_ => person.TryToSignIn(code: person.RecoveryCodes[0])));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
    }

    [Fact]
    public async Task One_code_approves_one_of_thirty_two_refunds()
    {
        using var server = gateway.Client();
        await server.Set(gateway.Shop, new { refundPolicy = new { approvalAbove = 0, secondFactorAbove = 0 } });
        var refunds = new List<string>();
        for (var i = 0; i < 32; i++)
        {
            refunds.Add((await server.Refund(await server.PaidPayment(10m))).Body.Text("id"));
        }

        using var person = await WithFactor();
        await gateway.Execute(
            """
            INSERT INTO people.memberships (merchant_id, user_id, roles, created_at, version)
            SELECT @MerchantId, id, '{finance}', now(), 1 FROM people.users WHERE email_key = @Email
            """, new { gateway.Shop.MerchantId, person.Email });
        person.MerchantId = gateway.Shop.MerchantId;
        person.Client.DefaultRequestHeaders.Add("X-Second-Factor", person.NextCode());
        var answers = await Task.WhenAll(refunds.Select(refund => person.Client.Command(refund, "approve")));
        Assert.Single(answers, answer => answer.Status == HttpStatusCode.OK);
        Assert.Equal(1, await gateway.Query<int>("SELECT count(*)::integer FROM refunds.refunds WHERE state = 'succeeded'"));
        await gateway.AssertBookHolds();
    }

    private async Task<Somebody> WithFactor()
    {
        var person = new Somebody(gateway, clock);
        await person.Register();
        await person.Confirm();
        await person.SignIn();
        await person.Enrol();
        return person;
    }
}
