/** Where the people of the demo live: a time zone, and names that occur there. */
export interface Region {
  readonly timeZone: string;
  readonly firstNames: readonly string[];
  readonly lastNames: readonly string[];
}

const words = (text: string): readonly string[] => text.split(' ');

export const REGIONS: readonly Region[] = [
  {
    timeZone: 'Europe/Berlin',
    firstNames: words('Anna Jonas Lena Felix Marie Paul Clara Emil Ida Moritz Greta Anton'),
    lastNames: words('Becker Vogel Krüger Lindner Hartmann Seidel Brandt Winter Engel Sommer'),
  },
  {
    timeZone: 'Europe/Lisbon',
    firstNames: words('Inês Tiago Beatriz Rui Sofia Duarte Marta Nuno Joana Miguel'),
    lastNames: words('Almeida Carvalho Pinto Moreira Teixeira Barros Fonseca Neves'),
  },
  {
    timeZone: 'America/New_York',
    firstNames: words('Grace Owen Ruby Caleb Nora Miles Hazel Theo Ivy Julian Stella Wyatt'),
    lastNames: words('Harper Bennett Coleman Foster Hayes Morgan Parker Reed Walsh Ellis'),
  },
  {
    timeZone: 'America/Sao_Paulo',
    firstNames: words('Camila Thiago Larissa Bruno Renata Caio Helena Rafael Luana Davi'),
    lastNames: words('Azevedo Batista Cardoso Duarte Freitas Monteiro Ramos Vieira'),
  },
  {
    timeZone: 'Asia/Kolkata',
    firstNames: words('Ananya Arjun Kavya Rohan Meera Vikram Priya Nikhil Isha Kabir'),
    lastNames: words('Bhat Chandra Desai Iyer Kulkarni Mehta Nair Reddy Sethi Varma'),
  },
  {
    timeZone: 'Africa/Lagos',
    firstNames: words('Amara Chidi Folake Emeka Ngozi Tunde Zainab Kelechi Yemi Sade'),
    lastNames: words('Adeyemi Balogun Eze Okafor Okoro Bello Nwosu Obi'),
  },
  {
    timeZone: 'Asia/Tokyo',
    firstNames: words('Yui Haruto Sakura Ren Aoi Sota Hina Kaito Mei Riku'),
    lastNames: words('Aoki Fujita Hayashi Inoue Kato Matsuda Ogawa Ueda'),
  },
];
