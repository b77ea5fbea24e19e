using PaymentGateway.People;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

public sealed class PeopleOperatorTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    private readonly PeopleOperator people = shared.Gateway.Get<PeopleOperator>();

    [Fact]
    public async Task Roles_of_the_installation_are_given_and_taken()
    {
        using var person = await shared.WithFactor();
        var cancel = TestContext.Current.CancellationToken;
        Assert.Equal(await person.Id(), await people.SetRoles(person.Email.ToUpperInvariant(), ["admin", "compliance"], cancel));
        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["student", "admin", "compliance"], await RolesOf(person));
        person.MerchantId = shared.Gateway.Shop.MerchantId;
        await person.Client.GetJson("/api/payments/audit-logs");

        await people.SetRoles(person.Email, [], cancel);
        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(["student"], await RolesOf(person));
        Assert.Equal("UNAUTHORIZED_ACCESS", (await person.Client.Call(HttpMethod.Get, "/api/payments/audit-logs")).Body.Code());
    }

    [Fact]
    public async Task An_account_is_closed_and_opened()
    {
        using var person = await shared.SignedIn();
        var cancel = TestContext.Current.CancellationToken;
        Assert.NotNull(await people.Disable(person.Email, cancel));
        Assert.Null(await people.Disable(person.Email, cancel));
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn()).Body.Code());
        Assert.NotNull(await people.Enable(person.Email, cancel));
        Assert.Null(await people.Enable(person.Email, cancel));
        await person.SignIn();
    }

    [Fact]
    public async Task Nobody_is_given_a_role_before_the_address_is_confirmed()
    {
        using var person = shared.Stranger();
        await person.Register();
        Assert.Null(await people.SetRoles(person.Email, ["admin"], TestContext.Current.CancellationToken));
        Assert.Null(await people.SetRoles("nobody@example.com", ["admin"], TestContext.Current.CancellationToken));
    }

    private static async Task<IReadOnlyList<string?>> RolesOf(Somebody person) =>
        [.. (await person.Client.GetJson("/api/auth/me")).GetProperty("roles").EnumerateArray().Select(role => role.GetString())];
}
