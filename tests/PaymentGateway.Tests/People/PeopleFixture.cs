using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>One server on a clock that stands. It trusts a proxy on this machine, so that everybody has an address of their own.</summary>
public sealed class PeopleFixture : IAsyncLifetime
{
    /// <summary>At today's whole minute: a browser forgets cookies by its own clock.</summary>
    public ManualClock Clock { get; } = new(new(TimeProvider.System.GetUtcNow().Ticks / TimeSpan.TicksPerMinute * TimeSpan.TicksPerMinute, TimeSpan.Zero));

    public TestGateway Gateway { get; private set; } = null!;

    public async ValueTask InitializeAsync() =>
        Gateway = await TestGateway.Start(clock: Clock, variables: [("ROLE", "api"), ("TRUSTED_PROXIES", "127.0.0.1/32")]);

    public ValueTask DisposeAsync() => Gateway.DisposeAsync();

    internal Somebody Stranger(string? email = null) => new(Gateway, Clock, email);

    /// <summary>Somebody who has registered and confirmed.</summary>
    internal async Task<Somebody> Person(string? email = null)
    {
        var person = Stranger(email);
        await person.Register();
        await person.Confirm();
        return person;
    }

    /// <summary>Somebody who is signed in.</summary>
    internal async Task<Somebody> SignedIn(string? email = null)
    {
        var person = await Person(email);
        await person.SignIn();
        return person;
    }

    /// <summary>Somebody who is signed in with a second factor.</summary>
    internal async Task<Somebody> WithFactor(string? email = null)
    {
        var person = await SignedIn(email);
        await person.Enrol();
        return person;
    }

    /// <summary>Somebody of a shop's team, put there past everything that is not looked at.</summary>
    internal async Task<Somebody> Member(string merchantId, bool withFactor, params string[] roles)
    {
        var person = withFactor ? await WithFactor() : await SignedIn();
        await Gateway.Execute(
            """
            INSERT INTO people.memberships (merchant_id, user_id, roles, created_at, version)
            SELECT @merchantId, id, @roles, now(), 1 FROM people.users WHERE email_key = @email
            """, new { merchantId, roles, email = person.Email });
        person.MerchantId = merchantId;
        return person;
    }
}
