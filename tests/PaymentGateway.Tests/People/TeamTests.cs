using System.Net;
using Npgsql;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Teams over HTTP: invited, joined, changed, left; and the last owner, who stays.</summary>
public sealed class TeamTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public async Task A_key_invites_the_first_owner_who_invites_the_others()
    {
        var shop = shared.Gateway.Shops[2];
        using var server = shared.Gateway.ClientOf(shop);
        var team = $"/api/payments/merchants/{shop.MerchantId}";
        using var owner = await shared.WithFactor();
        using var helper = await shared.SignedIn();
        Assert.Equal("UNAUTHORIZED_ACCESS", (await server.Post($"{team}/invitations", new { email = helper.Email, roles = new[] { "support" } })).Body.Code());
        var (status, invitation, _) = await server.Post($"{team}/invitations", new { email = owner.Email, roles = new[] { "owner" } });
        Assert.Equal((HttpStatusCode.Created, owner.Email), (status, invitation.Text("email")));
        Assert.StartsWith("key:pk_test_", invitation.Text("invitedBy"), StringComparison.Ordinal);

        var token = await owner.LinkOf("invitation");
        Assert.Equal("LINK_INVALID", (await helper.Post("/api/auth/invitations/accept", new { token })).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await owner.Post("/api/auth/invitations/accept", new { token })).Status);
        Assert.Equal("LINK_INVALID", (await owner.Post("/api/auth/invitations/accept", new { token })).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await server.Post($"{team}/invitations", new { email = helper.Email, roles = new[] { "owner" } })).Body.Code());

        owner.MerchantId = shop.MerchantId;
        await owner.Post($"{team}/invitations", new { email = helper.Email, roles = new[] { "support" } });
        var replaced = await helper.LinkOf("invitation");
        await owner.Post($"{team}/invitations", new { email = helper.Email, roles = new[] { "developer", "support" } });
        Assert.Equal("LINK_INVALID", (await helper.Post("/api/auth/invitations/accept", new { token = replaced })).Body.Code());
        Assert.Single((await owner.Client.GetJson($"{team}/invitations")).GetProperty("data").EnumerateArray());
        var (_, joined, _) = await helper.Post("/api/auth/invitations/accept", new { token = await helper.LinkOf("invitation") });
        Assert.Equal(["developer", "support"], joined.GetProperty("roles").EnumerateArray().Select(role => role.GetString()));
        Assert.Equal(2, (await owner.Client.GetJson($"{team}/members")).GetProperty("data").GetArrayLength());

        var id = await helper.Id();
        helper.MerchantId = shop.MerchantId;
        await helper.Client.GetJson("/api/payments/webhook-endpoints");
        Assert.Equal(HttpStatusCode.OK, (await owner.Client.Call(HttpMethod.Patch, $"{team}/members/{id}", new { roles = new[] { "support" } })).Status);
        Assert.Equal("UNAUTHORIZED_ACCESS", (await helper.Post("/api/payments/test-clocks", new { })).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await helper.Client.Call(HttpMethod.Delete, $"{team}/members/{id}")).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await server.Call(HttpMethod.Delete, $"{team}/members/{id}")).Body.Code());
        Assert.Equal(HttpStatusCode.OK, (await owner.Client.Call(HttpMethod.Delete, $"{team}/members/{id}")).Status);
        Assert.Equal("MEMBER_NOT_FOUND", (await owner.Client.Call(HttpMethod.Delete, $"{team}/members/{id}")).Body.Code());
        Assert.Equal("UNAUTHORIZED_ACCESS", (await helper.Client.Call(HttpMethod.Get, "/api/payments/orders")).Body.Code());
        Assert.Equal(2, await shared.Gateway.Query<int>(
            "SELECT count(*)::integer FROM audit.rows WHERE merchant_id = @MerchantId AND object_id = @id AND action = 'member.remove'",
            new { shop.MerchantId, id }));
    }

    [Fact]
    public async Task An_invitation_is_withdrawn_and_ends()
    {
        var shop = shared.Gateway.Shop;
        var team = $"/api/payments/merchants/{shop.MerchantId}";
        using var owner = await shared.Member(shop.MerchantId, withFactor: true, "owner");
        using var guest = await shared.SignedIn();
        var (_, invitation, _) = await owner.Post($"{team}/invitations", new { email = guest.Email, roles = new[] { "support" } });
        var token = await guest.LinkOf("invitation");
        Assert.Equal(HttpStatusCode.OK, (await owner.Client.Call(HttpMethod.Delete, $"{team}/invitations/{invitation.Text("id")}")).Status);
        Assert.Equal("INVITATION_NOT_FOUND", (await owner.Client.Call(HttpMethod.Delete, $"{team}/invitations/{invitation.Text("id")}")).Body.Code());
        Assert.Equal("LINK_INVALID", (await guest.Post("/api/auth/invitations/accept", new { token })).Body.Code());

        await owner.Post($"{team}/invitations", new { email = guest.Email, roles = new[] { "support" } });
        shared.Clock.Advance(TimeSpan.FromDays(7));
        await guest.Refresh();
        Assert.Equal("LINK_INVALID", (await guest.Post("/api/auth/invitations/accept", new { token = await guest.LinkOf("invitation") })).Body.Code());
        await owner.Refresh();
        Assert.Equal("VALIDATION_FAILED", (await owner.Post($"{team}/invitations", new { email = guest.Email, roles = new[] { "admin" } })).Body.Code());
        Assert.Equal("MERCHANT_NOT_FOUND", (await owner.Post("/api/payments/merchants/MERCH_XX_999/invitations", new { email = guest.Email, roles = new[] { "support" } })).Body.Code());
    }

    [Fact]
    public async Task Of_thirty_two_owners_who_leave_at_once_one_stays()
    {
        var shop = shared.Gateway.Shops[3];
        var team = $"/api/payments/merchants/{shop.MerchantId}";
        using var admin = await shared.WithFactor();
        await shared.Gateway.Execute("UPDATE people.users SET platform_roles = '{admin}' WHERE email_key = @Email", new { admin.Email });
        var ids = new List<string>();
        for (var i = 0; i < 32; i++)
        {
            ids.Add(await Put(shop.MerchantId, i));
        }

        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        admin.MerchantId = shop.MerchantId;
        var answers = await Task.WhenAll(ids.Select((id, i) => i % 2 == 0
            ? admin.Client.Call(HttpMethod.Delete, $"{team}/members/{id}")
            : admin.Client.Call(HttpMethod.Patch, $"{team}/members/{id}", new { roles = new[] { "support" } })));
        Assert.Equal(31, answers.Count(answer => answer.Status == HttpStatusCode.OK));
        var refused = Assert.Single(answers, answer => answer.Status != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.Conflict, "LAST_OWNER"), (refused.Status, refused.Body.Code()));
        Assert.Equal(1, await shared.Gateway.Query<int>(
            "SELECT count(*)::integer FROM people.memberships WHERE merchant_id = @MerchantId AND 'owner' = ANY (roles)", new { shop.MerchantId }));
    }

    [Fact]
    public async Task The_last_owner_cannot_erase_the_account()
    {
        var shop = shared.Gateway.Shops[4];
        using var owner = await shared.Member(shop.MerchantId, withFactor: true, "owner");
        Assert.Equal("LAST_OWNER", (await owner.Post("/api/auth/me/erase", new { password = owner.Password })).Body.Code());
        using var second = await shared.Member(shop.MerchantId, withFactor: true, "owner");
        Assert.Equal(HttpStatusCode.OK, (await owner.Post("/api/auth/me/erase", new { password = owner.Password })).Status);
    }

    [Theory]
    [InlineData("a_team_keeps_an_owner", "DELETE FROM people.memberships WHERE merchant_id = 'M_RAW'")]
    [InlineData("a_team_keeps_an_owner", "UPDATE people.memberships SET roles = '{finance}' WHERE merchant_id = 'M_RAW'")]
    [InlineData("a_membership_stays_where_it_is", "UPDATE people.memberships SET merchant_id = 'M_OTHER' WHERE merchant_id = 'M_RAW'")]
    [InlineData("memberships_roles_check", "UPDATE people.memberships SET roles = '{admin}' WHERE merchant_id = 'M_RAW'")]
    [InlineData("a_code_is_used_once", """
        INSERT INTO people.used_codes SELECT id, 1, 'a', now() FROM people.users WHERE email_key = 'raw@example.com';
        INSERT INTO people.used_codes SELECT id, 1, 'b', now() FROM people.users WHERE email_key = 'raw@example.com';
        """)]
    [InlineData("one_person_for_each_address", """
        INSERT INTO people.users (id, state, email, email_key, name, language, password_hash, platform_roles, created_at, version)
        SELECT 'usr_copy', state, email, email_key, name, language, password_hash, platform_roles, created_at, 1
        FROM people.users WHERE email_key = 'raw@example.com'
        """)]
    [InlineData("a_deleted_person_keeps_nothing_personal",
        "UPDATE people.users SET state = 'deleted', deleted_at = now() WHERE email_key = 'raw@example.com'")]
    [InlineData("one_token_for_each_generation", """
        INSERT INTO people.refresh_tokens
        SELECT sha256('x'), t.session_id, t.generation FROM people.refresh_tokens t
        JOIN people.sessions s ON s.id = t.session_id JOIN people.users u ON u.id = s.user_id WHERE u.email_key = 'raw@example.com'
        """)]
    [InlineData("users_platform_roles_check", "UPDATE people.users SET platform_roles = '{owner}' WHERE email_key = 'raw@example.com'")]
    public async Task The_database_keeps_the_rules_by_itself(string constraint, string sql)
    {
        if (await shared.Gateway.Query<int>("SELECT count(*)::integer FROM people.users WHERE email_key = 'raw@example.com'") == 0)
        {
            using var person = await shared.Member("M_RAW", withFactor: true, "owner");
            await shared.Gateway.Execute("UPDATE people.users SET email_key = 'raw@example.com' WHERE email_key = @Email", new { person.Email });
        }

        var refused = await Assert.ThrowsAsync<PostgresException>(() => shared.Gateway.Execute(sql));
        Assert.Equal(constraint, refused.ConstraintName);
    }

    private Task<string> Put(string merchantId, int number) => shared.Gateway.Query<string>(
        """
        WITH made AS (
            INSERT INTO people.users (id, state, email, email_key, name, language, password_hash, platform_roles, created_at, confirmed_at, version)
            VALUES ('usr_owner' || @number, 'active', @email, @email, 'Owner', 'en', 'x', '{}', now(), now(), 1)
            RETURNING id
        )
        INSERT INTO people.memberships (merchant_id, user_id, roles, created_at, version)
        SELECT @merchantId, id, '{owner}', now(), 1 FROM made
        RETURNING user_id
        """, new { merchantId, number, email = $"owner{number}@example.org" });
}
