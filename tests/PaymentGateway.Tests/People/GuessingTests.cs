using System.Net;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Whoever guesses is slowed down and locked out; whoever has the mailbox gets back in. Time passes only when a test says so.</summary>
public sealed class GuessingTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task A_thousand_wrong_passwords_change_nothing_and_only_five_are_looked_at()
    {
        using var person = await shared.SignedIn();
        var codes = new List<string>();
        foreach (var part in Enumerable.Range(0, 1000).Chunk(50))
        {
            codes.AddRange(await Task.WhenAll(part.Select(async i => (await person.TryToSignIn($"wrong, all wrong {i}")).Body.Code())));
        }

        Assert.Equal(5, codes.Count(code => code == "LOGIN_FAILED"));
        Assert.Equal(995, codes.Count(code => code == "TOO_MANY_ATTEMPTS"));
        Assert.Equal(5, await Audited("session.fail", await person.Id()));
        var (status, _, response) = await person.TryToSignIn();
        Assert.Equal((HttpStatusCode.TooManyRequests, "1"), (status, response.Headers.RetryAfter?.ToString()));

        // The machine has to wait longer than the account.
        person.From("10.2.1.1");
        shared.Clock.Advance(TimeSpan.FromSeconds(1));
        await person.SignIn();
        Assert.Equal("LOGIN_FAILED", (await person.TryToSignIn("wrong, all wrong")).Body.Code());
        await person.SignIn();
    }

    [Fact]
    public async Task A_thousand_wrong_codes_change_nothing_and_only_five_are_looked_at()
    {
        using var person = await shared.WithFactor();
        var wrong = person.WrongCode();
        var codes = new List<string>();
        foreach (var part in Enumerable.Range(0, 1000).Chunk(50))
        {
            codes.AddRange(await Task.WhenAll(part.Select(async _ =>
                (await person.Post("/api/auth/second-factor/recovery-codes", new { code = wrong })).Body.Code())));
        }

        Assert.Equal(5, codes.Count(code => code == "TWO_FACTOR_AUTH_FAILED"));
        Assert.Equal(995, codes.Count(code => code == "TOO_MANY_ATTEMPTS"));
        Assert.Equal(5, await Audited("second_factor.fail", await person.Id()));
        Assert.Equal(10, (await person.Client.GetJson("/api/auth/me")).GetProperty("recoveryCodesLeft").GetInt32());
    }

    [Fact]
    public async Task Each_failure_costs_twice_as_much_until_the_account_is_locked()
    {
        using var person = await shared.Person();
        var waits = new List<int>();
        for (var failures = 1; failures <= 20; failures++)
        {
            // From one address the thirtieth attempt would begin to cost for that.
            person.From($"10.2.0.{failures}");
            var wrong = (await person.TryToSignIn("wrong, all wrong")).Body;
            Assert.True(wrong.Code() == "LOGIN_FAILED", $"Failure {failures} after waiting {string.Join(", ", waits)}: {wrong}");
            if (failures is >= 5 and < 20)
            {
                var (_, refused, response) = await person.TryToSignIn();
                Assert.Equal("TOO_MANY_ATTEMPTS", refused.Code());
                waits.Add(int.Parse(response.Headers.RetryAfter!.ToString(), System.Globalization.CultureInfo.InvariantCulture));
                shared.Clock.Advance(TimeSpan.FromSeconds(waits[^1]));
            }
        }

        Assert.Equal([1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900, 900, 900], waits);
        shared.Clock.Advance(TimeSpan.FromDays(2));
        var (status, locked, _) = await person.TryToSignIn();
        Assert.Equal((HttpStatusCode.Forbidden, "ACCOUNT_LOCKED"), (status, locked.Code()));

        await person.Post("/api/auth/password/forgot", new { email = person.Email });
        var token = await person.LinkOf("reset_password");
        await person.Post("/api/auth/password/reset", new { token, newPassword = "staple by the window" });
        person.Password = "staple by the window";
        await person.SignIn();
    }

    [Fact]
    public async Task An_address_that_nobody_registered_is_slowed_and_locked_just_the_same()
    {
        using var known = await shared.Person();
        using var nobody = shared.Stranger();
        for (var i = 0; i < 25; i++)
        {
            var left = await known.TryToSignIn("wrong, all wrong");
            var right = await nobody.TryToSignIn("wrong, all wrong");
            Assert.Equal((left.Status, left.Body.Code(), left.Response.Headers.RetryAfter?.ToString()),
                (right.Status, right.Body.Code(), right.Response.Headers.RetryAfter?.ToString()));
            shared.Clock.Advance(TimeSpan.FromMinutes(15));
        }

        Assert.Equal("ACCOUNT_LOCKED", (await nobody.TryToSignIn()).Body.Code());
    }

    [Fact]
    public async Task One_machine_that_tries_many_accounts_is_slowed_and_its_neighbours_are_not()
    {
        using var machine = shared.Stranger();
        var codes = new List<string>();
        for (var i = 0; i < 40; i++)
        {
            codes.Add((await machine.Post("/api/auth/login", new { email = $"stuffed{i}@example.com", password = "wrong, all wrong" })).Body.Code());
        }

        Assert.Equal(30, codes.Count(code => code == "LOGIN_FAILED"));
        Assert.Equal(10, codes.Count(code => code == "TOO_MANY_ATTEMPTS"));
        using var neighbour = await shared.SignedIn();
        Assert.Equal(HttpStatusCode.OK, (await neighbour.TryToSignIn()).Status);
    }

    [Fact]
    public async Task A_mailbox_is_not_flooded()
    {
        using var person = await shared.Person();
        shared.Clock.Advance(TimeSpan.FromMinutes(5));
        var codes = new List<HttpStatusCode>();
        for (var i = 0; i < 5; i++)
        {
            codes.Add((await person.Post("/api/auth/password/forgot", new { email = person.Email })).Status);
        }

        Assert.Equal(2, codes.Count(code => code == HttpStatusCode.Accepted));
        Assert.Equal(2, (await person.Inbox()).Count(template => template == "reset_password"));
    }

    [Fact]
    public async Task A_second_replica_knows_what_the_first_has_counted()
    {
        await using var second = await TestGateway.Start(
            shared.Gateway.Database, shared.Clock, ("ROLE", "api"), ("TRUSTED_PROXIES", "127.0.0.1/32"));
        using var person = await shared.Person();
        using var there = new Somebody(second, shared.Clock, person.Email);
        for (var i = 0; i < 5; i++)
        {
            await (i % 2 == 0 ? person : there).TryToSignIn("wrong, all wrong");
        }

        Assert.Equal("TOO_MANY_ATTEMPTS", (await person.TryToSignIn()).Body.Code());
        Assert.Equal("TOO_MANY_ATTEMPTS", (await there.TryToSignIn()).Body.Code());
    }

    private Task<int> Audited(string action, string objectId) => shared.Gateway.Query<int>(
        "SELECT count(*)::integer FROM audit.rows WHERE merchant_id = '$platform' AND action = @action AND object_id = @objectId",
        new { action, objectId });
}
