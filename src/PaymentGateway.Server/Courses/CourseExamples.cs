namespace PaymentGateway.Courses;

/// <summary>Requests and answers of the catalogue.</summary>
internal static class CourseExamples
{
    public const string Id = "course_01m7y68wz0f1gt3q6cdbch3nex";

    public const string Student = "usr_01m7y68wyseccvh47dq1s56tg1";

    public const string Create =
        """
        {
          "title": "Financial modelling", "instructor": "Asha Rao", "price": 10000,
          "tax": { "class": "taxable", "percent": 18, "sac": "999293" }
        }
        """;

    public const string Update = """{ "price": 9000, "tax": { "class": "exempt", "appliesFrom": "2027-04-01T00:00:00Z" } }""";

    public const string Course =
        $$"""
        {
          "id": "{{Id}}", "title": "Financial modelling", "instructor": "Asha Rao", "price": 10000, "currency": "INR", "active": true,
          "tax": [{ "class": "taxable", "percent": 18, "sac": "999293", "appliesFrom": "2026-11-21T09:36:44.121Z" }],
          "createdAt": "2026-11-21T09:36:44.121Z", "updatedAt": "2026-11-21T09:36:44.121Z"
        }
        """;

    public const string CreateCode =
        """
        { "code": "DIWALI20", "percent": 20, "endsAt": "2026-12-01T00:00:00Z", "useLimit": 500, "studentLimit": 1, "partner": "Campus Club" }
        """;

    public const string UpdateCode = """{ "useLimit": 800, "active": true }""";

    public const string Code =
        """
        {
          "id": "disc_01m7y68xjzf8f9p0apjwr82xsa", "code": "DIWALI20", "percent": 20, "endsAt": "2026-12-01T00:00:00Z", "useLimit": 500,
          "studentLimit": 1, "partner": "Campus Club", "active": true, "uses": 3, "createdAt": "2026-11-21T09:36:44.121Z",
          "updatedAt": "2026-11-21T09:36:44.121Z"
        }
        """;

    public const string CreateEnrollment = $$"""{ "courseId": "{{Id}}", "studentId": "{{Student}}" }""";

    public const string Enrollment =
        $$"""
        {
          "id": "enr_01m7y68xkheke8msw28kswwsav", "courseId": "{{Id}}", "studentId": "{{Student}}", "status": "active",
          "openedAt": "2026-11-21T09:37:02.310Z"
        }
        """;

    public const string ClosedEnrollment =
        $$"""
        {
          "id": "enr_01m7y68xkheke8msw28kswwsav", "courseId": "{{Id}}", "studentId": "{{Student}}", "status": "closed",
          "openedAt": "2026-11-21T09:37:02.310Z", "closedAt": "2026-11-21T10:02:11.004Z", "closedWhy": "by_staff"
        }
        """;

    public const string PutPageLinks =
        """
        { "termsUrl": "https://learn.example.com/terms", "privacyUrl": "https://learn.example.com/privacy", "supportUrl": "mailto:help@learn.example.com" }
        """;

    public const string PageLinks =
        """
        {
          "termsUrl": "https://learn.example.com/terms", "privacyUrl": "https://learn.example.com/privacy",
          "supportUrl": "mailto:help@learn.example.com", "coursesUrl": "https://pay.example.com/m/MERCH_LP_001/test/courses"
        }
        """;
}
