namespace PaymentGateway.Account;

public static class AccountArea
{
    /// <summary>Needs People and the checkout's style sheet.</summary>
    public static IServiceCollection AddAccountPages(this IServiceCollection services) => services
        .AddSingleton<AccountPage>()
        .AddSingleton<AccountRequests>()
        .AddSingleton<AccountApi>()
        .AddSingleton<ProfileApi>();

    public static void MapAccountPages(this IEndpointRouteBuilder routes)
    {
        AccountApi.Map(routes, routes.ServiceProvider.GetRequiredService<AccountApi>());
        ProfileApi.Map(routes, routes.ServiceProvider.GetRequiredService<ProfileApi>());
    }
}
