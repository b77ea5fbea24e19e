using System.Net;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.People;
using PaymentGateway.Tests.Hosting;

namespace PaymentGateway.Tests.People;

/// <summary>Who may do what, walked over the routes of the server: an endpoint that nobody thought of turns this red.</summary>
public sealed class PermissionTests(PeopleFixture shared) : IClassFixture<PeopleFixture>
{
    [Fact]
    public void Every_operation_of_the_merchant_api_has_a_permission_and_nothing_else_has()
    {
        var routed = MerchantEndpoints().Select(endpoint => endpoint.Name).Order();
        Assert.Equal(routed, Permissions.All.Keys.Order());
    }

    [Fact]
    public void Every_other_endpoint_says_whom_it_lets_in()
    {
        var open = Routes().Where(route => route.RoutePattern.RawText!.StartsWith("/api/", StringComparison.Ordinal)
                && route.Metadata.GetMetadata<RequiresKey>() is null && route.Metadata.GetMetadata<RequiresPerson>() is null)
            .Select(NameOf).Order();
        Assert.Equal(
            ["confirmEmail", "forgotPassword", "getCsrfToken", "getPaymentQrImage", "getQrCodeImage", "login", "logout", "receiveCourseWebhook", "receiveProcessorMessage", "receiveProcessorMessageOfAccount",
                "refreshSession", "register", "resendConfirmation", "resetPassword", "returnFromGateway", "returnFromGatewayByForm"],
            open);
    }

    [Fact]
    public void Every_operation_of_the_installation_lets_in_the_roles_of_the_table()
    {
        var routed = Routes().Where(route => route.Metadata.GetMetadata<RequiresPerson>() is { Roles.Length: > 0 })
            .Select(route => $"{NameOf(route)} {string.Join(' ', route.Metadata.GetMetadata<RequiresPerson>()!.Roles)}").Order();
        Assert.Equal(routed, Permissions.OfPlatform.Select(entry => $"{entry.Key} {string.Join(' ', entry.Value.Select(Words.Of))}").Order());
        Assert.All(Permissions.OfPlatform.Values.SelectMany(roles => roles), role => Assert.Contains(role, Roles.OfPlatform));
    }

    [Theory]
    [InlineData("owner")]
    [InlineData("developer")]
    [InlineData("finance")]
    [InlineData("support")]
    [InlineData("admin")]
    [InlineData("compliance")]
    public async Task Each_endpoint_lets_in_whom_the_table_says(string word)
    {
        var role = Words.Parse<PersonRole>(word);
        using var person = await Of(role, withFactor: true);
        foreach (var endpoint in MerchantEndpoints())
        {
            var denied = await IsDenied(person, endpoint);
            Assert.True(denied != Permissions.Allows(role, Permissions.Of(endpoint.Name)!.Value), $"{word} {endpoint.Name} {(denied ? "is denied" : "may")}");
        }
    }

    [Fact]
    public async Task A_student_and_a_member_of_another_team_may_what_students_may()
    {
        using var student = await shared.WithFactor();
        using var stranger = await shared.Member(shared.Gateway.Shops[1].MerchantId, withFactor: true, "owner");
        student.MerchantId = stranger.MerchantId = shared.Gateway.Shop.MerchantId;
        foreach (var endpoint in MerchantEndpoints())
        {
            var mayStudents = Permissions.Allows(PersonRole.Student, Permissions.Of(endpoint.Name)!.Value);
            Assert.True(await IsDenied(student, endpoint) != mayStudents, endpoint.Name);
            Assert.True(await IsDenied(stranger, endpoint) != mayStudents, endpoint.Name);
        }
    }

    [Theory]
    [InlineData("owner", true)]
    [InlineData("finance", true)]
    [InlineData("developer", false)]
    [InlineData("support", false)]
    public async Task Roles_that_move_money_need_a_second_factor(string role, bool needed)
    {
        using var person = await shared.Member(shared.Gateway.Shop.MerchantId, withFactor: false, role);
        var (status, body, _) = await person.Client.Call(HttpMethod.Get, "/api/payments/orders");
        Assert.Equal(needed ? "TWO_FACTOR_AUTH_REQUIRED" : "", status == HttpStatusCode.OK ? "" : body.Code());
        Assert.Equal(needed, (await person.Client.GetJson("/api/auth/me")).GetProperty("secondFactorRequired").GetBoolean());
    }

    [Fact]
    public async Task A_person_acts_for_a_merchant_in_the_mode_that_is_named_and_is_the_actor()
    {
        using var person = await shared.Member(shared.Gateway.Shop.MerchantId, withFactor: false, "developer");
        var order = await person.Client.CreateOrder();
        using var server = shared.Gateway.Client();
        await server.GetJson($"/api/payments/orders/{order}");
        Assert.Equal($"user:{await person.Id()}", await shared.Gateway.Query<string>(
            "SELECT actor FROM audit.rows WHERE object_id = @order AND action = 'order.create'", new { order }));

        person.Client.DefaultRequestHeaders.Add("X-Mode", "live");
        Assert.Contains((await person.Client.Call(HttpMethod.Get, $"/api/payments/orders/{order}")).Body.Code(), (string[])["ORDER_NOT_FOUND", "UNAUTHORIZED_ACCESS"]);
        person.Client.DefaultRequestHeaders.Remove("X-Mode");
        person.Client.DefaultRequestHeaders.Add("X-Mode", "LIVE");
        Assert.Equal("VALIDATION_FAILED", (await person.Client.Call(HttpMethod.Get, $"/api/payments/orders/{order}")).Body.Code());
    }

    [Fact]
    public async Task Without_a_merchant_nobody_acts()
    {
        using var person = await shared.SignedIn();
        var (status, body, _) = await person.Client.Call(HttpMethod.Get, "/api/payments/orders");
        Assert.Equal((HttpStatusCode.BadRequest, "VALIDATION_FAILED"), (status, body.Code()));
    }

    [Fact]
    public async Task An_api_key_is_no_person()
    {
        using var server = shared.Gateway.Client();
        Assert.Equal("SESSION_EXPIRED", (await server.Call(HttpMethod.Get, "/api/auth/me")).Body.Code());
    }

    private async Task<Somebody> Of(PersonRole role, bool withFactor)
    {
        if (Roles.OfTeams.Contains(role))
        {
            return await shared.Member(shared.Gateway.Shop.MerchantId, withFactor, Words.Of(role));
        }

        var person = withFactor ? await shared.WithFactor() : await shared.SignedIn();
        await shared.Gateway.Execute(
            "UPDATE people.users SET platform_roles = @roles WHERE email_key = @Email", new { roles = new[] { Words.Of(role) }, person.Email });
        shared.Clock.Advance(TimeSpan.FromSeconds(5));
        person.MerchantId = shared.Gateway.Shop.MerchantId;
        return person;
    }

    /// <summary>Let in is whoever is answered by the endpoint itself, whatever it says to ids that there are none of.</summary>
    private static async Task<bool> IsDenied(Somebody person, MerchantEndpoint endpoint)
    {
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), endpoint.Path);
        if (endpoint.Method is "POST" or "PUT" or "PATCH")
        {
            // No endpoint knows this field, so none does anything.
            request.Content = new StringContent("""{ "noSuchField": 1 }""", System.Text.Encoding.UTF8, "application/json");
        }

        if (endpoint.TakesFile)
        {
            // Routing looks at the kind of body before anybody asks who sends it.
            request.Content = new MultipartFormDataContent { { new ByteArrayContent([]), "noSuchField", "nothing.txt" } };
        }

        using var response = await person.Client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("SESSION_EXPIRED", body, StringComparison.Ordinal);
        return response.StatusCode == HttpStatusCode.Forbidden && body.Contains("None of your roles", StringComparison.Ordinal);
    }

    private IEnumerable<RouteEndpoint> Routes() =>
        shared.Gateway.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>();

    private List<MerchantEndpoint> MerchantEndpoints() =>
    [
        .. Routes().Where(route => route.Metadata.GetMetadata<RequiresKey>() is not null).Select(route => new MerchantEndpoint(
            NameOf(route), route.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods[0],
            System.Text.RegularExpressions.Regex.Replace(route.RoutePattern.RawText!, @"\{[^}]+\}", "nothing"),
            route.Metadata.GetMetadata<IAcceptsMetadata>()?.ContentTypes.Contains("multipart/form-data") == true)),
    ];

    private static string NameOf(RouteEndpoint route) => route.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName ?? route.RoutePattern.RawText!;

    private sealed record MerchantEndpoint(string Name, string Method, string Path, bool TakesFile);
}
