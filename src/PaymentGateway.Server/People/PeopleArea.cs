using PaymentGateway.Identity;
using PaymentGateway.Jobs;
using PaymentGateway.Mail;
using PaymentGateway.People.Pages;

namespace PaymentGateway.People;

public static class PeopleArea
{
    /// <summary>Needs Identity, mail, and the checkout's style sheet.</summary>
    /// <param name="services">What the server is made of.</param>
    /// <param name="settings">The keys of access tokens.</param>
    public static IServiceCollection AddPeople(this IServiceCollection services, PeopleSettings settings)
    {
        services.AddSingleton(settings);
        services.AddSingleton(provider => settings.KeysOr(provider.GetRequiredService<SecretVault>()));
        services.AddPeopleOperator();
        services.AddSingleton<AttemptLimits>();
        services.AddSingleton<AttemptStore>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<Passwords>();
        services.AddSingleton<SessionStore>();
        services.AddSingleton<MemberStore>();
        services.AddSingleton<Mails>();
        services.AddSingleton(SecondFactors.Sealed);
        services.AddSingleton(SecondFactors.SealedOffer);
        foreach (var letter in PeopleLetters.All)
        {
            services.AddLetter(letter);
        }

        services.AddSingleton<PeopleLinks>();
        services.AddSingleton<LiveSessions>();
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<Accounts>();
        services.AddSingleton<SecondFactors>();
        services.AddSingleton<ISecondFactor>(provider => provider.GetRequiredService<SecondFactors>());
        services.AddSingleton<FactorEnrolment>();
        services.AddSingleton<SignIns>();
        services.AddSingleton<Teams>();
        services.AddSingleton<Csrf>();
        services.AddSingleton<PageForms>();
        services.AddSingleton<PageSessions>();
        services.AddSingleton<FindPageVisitor>(provider => provider.GetRequiredService<PageSessions>().FindVisitor);
        services.AddSingleton<IPeople, PersonGate>();
        services.AddSingleton<FindContact>(provider => provider.GetRequiredService<UserStore>().FindContact);
        services.AddSingleton<AuthApi>();
        services.AddSingleton<SecondFactorApi>();
        services.AddSingleton<MembersApi>();
        services.AddSingleton<AccountPage>();
        services.AddSingleton<AccountRequests>();
        services.AddSingleton<AccountApi>();
        services.AddSingleton<ProfileApi>();
        services.AddSingleton<JobsPageApi>();
        return JobRegistry.Add(
            services, "forget-people", "Forgets sessions, links, codes and attempts that are long over.", Schedule.Hourly(20),
            async (provider, cancel) =>
                $"{await provider.GetRequiredService<SessionStore>().Forget(provider.GetRequiredService<PersonTime>().Now, cancel)} forgotten");
    }

    /// <summary>As much as the operator's commands need.</summary>
    public static IServiceCollection AddPeopleOperator(this IServiceCollection services) => services
        .AddSingleton<PersonTime>()
        .AddSingleton<UserStore>()
        .AddSingleton<PeopleTrail>()
        .AddSingleton<PeopleWrites>()
        .AddSingleton(provider => new PeopleOperator(
            provider.GetRequiredService<UserStore>(), provider.GetRequiredService<PeopleWrites>(), provider.GetRequiredService<PeopleTrail>(),
            provider.GetRequiredService<PersonTime>()));

    public static void MapPeople(this IEndpointRouteBuilder routes)
    {
        AuthApi.Map(routes, routes.ServiceProvider.GetRequiredService<AuthApi>());
        SecondFactorApi.Map(routes, routes.ServiceProvider.GetRequiredService<SecondFactorApi>());
        MembersApi.Map(routes, routes.ServiceProvider.GetRequiredService<MembersApi>());
        AccountApi.Map(routes, routes.ServiceProvider.GetRequiredService<AccountApi>());
        ProfileApi.Map(routes, routes.ServiceProvider.GetRequiredService<ProfileApi>());
        JobsPageApi.Map(routes, routes.ServiceProvider.GetRequiredService<JobsPageApi>());
    }
}
