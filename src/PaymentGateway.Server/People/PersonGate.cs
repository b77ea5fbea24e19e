using PaymentGateway.Database;
using PaymentGateway.Http;
using PaymentGateway.Identity;

namespace PaymentGateway.People;

/// <summary>From an access token to a person, and from a person to what they are for a merchant.</summary>
internal sealed class PersonGate(AccessTokens tokens, LiveSessions live, MemberStore members, FindAccessRules findRules, PersonTime time) : IPeople
{
    public const string MerchantHeader = "X-Merchant-Id";
    public const string ModeHeader = "X-Mode";
    private const string Scheme = "Bearer ";

    public bool BringsToken(HttpRequest request) => TokenOf(request) is not null;

    public async ValueTask<Outcome<Person>> Find(HttpContext http)
    {
        if (TokenOf(http.Request) is not { } text || tokens.Read(text) is not { } token
            || await live.Find(token.SessionId) is not { } found || found.User.Id != token.UserId)
        {
            return new Refusal(Errors.SessionExpired);
        }

        // What the token says of roles is for others to read: here the person counts as they are now.
        return found.PersonIn(http, time);
    }

    public async ValueTask<Outcome<Caller>> Enter(HttpContext http, Person person)
    {
        var tenant = TenantOf(http.Request);
        if (tenant.IsRefused)
        {
            return tenant.Refusal!;
        }

        var (merchantId, _) = tenant.Value;
        var held = await RolesOf(person, merchantId);
        var permission = http.GetEndpoint()?.Metadata.GetMetadata<IEndpointNameMetadata>() is { EndpointName: { } name }
            ? Permissions.Of(name)
            : null;
        var allowing = permission is { } needed ? held.Where(role => Permissions.Allows(role, needed)).ToList() : [];
        if (allowing.Count == 0 || await findRules(tenant.Value, http.RequestAborted) is not { IsEnabled: true })
        {
            return new Refusal(Errors.UnauthorizedAccess, "None of your roles at this merchant allows that.");
        }

        return allowing.TrueForAll(Roles.NeedsFactor) && !person.HasFactor
            ? new Refusal(Errors.TwoFactorAuthRequired, "Your role needs a second factor: enrol one, and sign in with it.")
            : new Caller(tenant.Value, KeyKind.Secret, person.UserId, person.Address, person.RequestId) { Person = person };
    }

    private async ValueTask<IReadOnlyList<PersonRole>> RolesOf(Person person, string merchantId)
    {
        var membership = await members.FindCached(merchantId, person.UserId);
        return [.. membership?.Roles ?? [], .. RoleWords.Parse(person.Roles)];
    }

    private static Outcome<Tenant> TenantOf(HttpRequest request)
    {
        if (request.Headers[MerchantHeader] is not [{ Length: >= 1 and <= 64 } merchantId])
        {
            return Refusal.Field(MerchantHeader, "is required: it names the merchant that you act for");
        }

        var mode = request.Headers[ModeHeader];
        return mode switch
        {
            [] or ["test"] => new Tenant(merchantId, Mode.Test),
            ["live"] => new Tenant(merchantId, Mode.Live),
            _ => Refusal.Field(ModeHeader, "must be test or live"),
        };
    }

    private static string? TokenOf(HttpRequest request) =>
        request.Headers.Authorization is [{ } header] && header.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase)
        && header[Scheme.Length..].Trim(' ') is var token && AccessTokens.LooksLikeOne(token)
            ? token
            : null;
}
